import { Module } from '@nestjs/common';
import type { Harmonia } from '../harmonia.js';
import { PluginRegistry } from '../plugin/host/index.js';
import { HARMONIA } from './harmonia-core.module.js';

/** Knows the task types, and takes further plugins: in `onModuleInit`, before open executions go on. */
@Module({
  providers: [{ provide: PluginRegistry, inject: [HARMONIA], useFactory: ({ registry }: Harmonia) => registry }],
  exports: [PluginRegistry],
})
export class PluginModule {}
