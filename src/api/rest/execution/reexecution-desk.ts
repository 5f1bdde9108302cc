import { Inject, Injectable } from '@nestjs/common';
import { fault, type Json, type Uuid } from '../../../kernel/index.js';
import type { ReexecutionPlan } from '../../../engine/core/index.js';
import type { Reexecute } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { ExecutionReader } from '../../ports/index.js';
import { CATALOG, READER } from '../../tokens.js';
import type { ReexecuteDto } from '../dto/wait-bodies.js';
import { requestFault, uuidAt } from '../validation.js';
import { ExecutionView } from './execution-view.js';
import { addressAt } from './step-address.js';

export const planBody = ({ kept, reset, created }: ReexecutionPlan): Record<string, Json> => ({
  kept: kept.map((entry) => ({ ...entry })),
  reset: reset.map((entry) => ({ ...entry })),
  created: created.map((entry) => ({ ...entry })),
});

/** Reads what is asked of executions that have ended, whichever way it comes. */
@Injectable()
export class ReexecutionDesk {
  constructor(
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
  ) {}

  /** What the body asks for. Throws when the execution is not there, or what the operation needs. */
  async operationOf(id: Uuid, body: ReexecuteDto): Promise<Reexecute> {
    await this.view.mustHaveJournal(id);
    switch (body.operation) {
      case 'resume':
      case 'retry_failed':
        return { is: body.operation };
      case 'rerun_from':
      case 'skip':
        if (body.step === undefined) throw requestFault(fault('required_field', '', { field: 'step' }));
        return { is: body.operation, step: addressAt(body.step, '/step') };
      case 'fork':
        return this.forkOf(id, body);
      case 'restore':
        return this.restoreOf(id, body);
    }
  }

  private async forkOf(id: Uuid, { at, input, version }: ReexecuteDto): Promise<Reexecute> {
    const { workflowId } = await this.view.mustFind(id);
    return {
      is: 'fork',
      ...(at !== undefined && { at }),
      ...(input !== undefined && { input: input as Json }),
      ...(version !== undefined && { workflow: await this.catalog.runnable(workflowId, version) }),
    };
  }

  private async restoreOf(id: Uuid, { checkpoint_id: text }: ReexecuteDto): Promise<Reexecute> {
    if (text === undefined) throw requestFault(fault('required_field', '', { field: 'checkpoint_id' }));
    const found = await this.reader.checkpoint(uuidAt(text, '/checkpoint_id'));
    if (found?.execution !== id) {
      throw requestFault(fault('wrong_type', '/checkpoint_id', { expected: 'a checkpoint of this execution' }));
    }
    return { is: 'restore', checkpoint: found.id, at: found.seq };
  }
}
