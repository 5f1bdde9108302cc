import { Module } from '@nestjs/common';
import type { Harmonia } from '../harmonia.js';
import { HARMONIA } from './harmonia-core.module.js';
import { TektonComponents } from './tekton-components.js';

/** Reaches the other Tekton components. */
@Module({
  providers: [{ provide: TektonComponents, inject: [HARMONIA], useFactory: ({ components }: Harmonia) => components }],
  exports: [TektonComponents],
})
export class IntegrationModule {}
