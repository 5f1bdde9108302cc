import { Injectable } from '@nestjs/common';
import { Engine, WorkflowCatalog, type Json } from '@tekton/harmonia';
import { ORDER } from './order.workflow.js';
import type { Line } from './pricing.plugin.js';

@Injectable()
export class Orders {
  constructor(
    private readonly engine: Engine,
    private readonly catalog: WorkflowCatalog,
  ) {}

  /** Runs the workflow to its end. Once `start` has answered, the execution survives the death of this process. */
  async place(lines: readonly Line[]): Promise<Json> {
    const workflow = await this.catalog.runnable(await this.workflow());
    const { execution } = await this.engine.start({ workflow, input: { lines: lines as unknown as Json } });
    const ended = await this.engine.ended(execution);
    if (ended?.is === 'completed') return ended.output;
    throw new Error(ended?.is === 'failed' ? `${ended.failure.message} [${ended.failure.code}]` : 'canceled');
  }

  /** Kept by the first run, found by the later ones. */
  private async workflow(): Promise<string> {
    const kept = await this.catalog.findByName(ORDER.name);
    return kept?.id ?? (await this.catalog.create({ source: ORDER })).workflow.id;
  }
}
