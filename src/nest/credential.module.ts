import { Module } from '@nestjs/common';
import { Credentials } from '../credential/index.js';
import type { Harmonia } from '../harmonia.js';
import { HARMONIA } from './harmonia-core.module.js';

/** Keeps credentials, encrypted at rest. */
@Module({
  providers: [{ provide: Credentials, inject: [HARMONIA], useFactory: ({ credentials }: Harmonia) => credentials }],
  exports: [Credentials],
})
export class CredentialModule {}
