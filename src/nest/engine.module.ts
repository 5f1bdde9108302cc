import { Module } from '@nestjs/common';
import { Engine } from '../engine/index.js';
import type { Harmonia } from '../harmonia.js';
import { HARMONIA } from './harmonia-core.module.js';

/** Starts, steers and awaits executions. */
@Module({
  providers: [{ provide: Engine, inject: [HARMONIA], useFactory: ({ engine }: Harmonia) => engine }],
  exports: [Engine],
})
export class EngineModule {}
