import { Module } from '@nestjs/common';
import type { Harmonia } from '../harmonia.js';
import { WorkflowCatalog } from '../workflow/index.js';
import { HARMONIA } from './harmonia-core.module.js';

/** Checks and keeps workflows. */
@Module({
  providers: [{ provide: WorkflowCatalog, inject: [HARMONIA], useFactory: ({ catalog }: Harmonia) => catalog }],
  exports: [WorkflowCatalog],
})
export class WorkflowModule {}
