import { HarmoniaError, isoInstant, type Clock, type Json, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { ExecutionReader } from '../../api/ports/index.js';
import type { SavedStateStore } from '../ports/index.js';
import { paramsOf, WORDS, type OwnAction } from './own-action.js';
import type { Repeatable } from './repeatable.js';
import { idIn, mustFind, objectOf } from './workflow-actions.js';

export interface StateActionParts {
  readonly engine: Engine;
  readonly reader: ExecutionReader;
  readonly states: SavedStateStore;
  readonly repeatable: Repeatable;
  readonly clock: Clock;
  /** Secrets are not kept, whoever sends them. */
  readonly mask: (value: Json) => Json;
  readonly maxBytes: number;
}

const OF_EXECUTION = { execution_id: WORDS.id };

/** What the state client of the platform asks for. */
export class StateActions {
  constructor(private readonly parts: StateActionParts) {}

  all(): readonly OwnAction[] {
    return [this.save(), this.load(), this.checkpoint(), this.restore()];
  }

  private save(): OwnAction {
    return {
      name: 'save_state',
      needed: 'run',
      description: 'Keeps an object of the caller beside an execution; no task sees it.',
      params: paramsOf({ ...OF_EXECUTION, state: WORDS.object }, ['execution_id', 'state']),
      run: async (params) => {
        const { states, clock, mask, maxBytes: limit } = this.parts;
        const id = idIn(params, 'execution_id');
        const state = objectOf(mask(params.state ?? {}));
        const size = Buffer.byteLength(JSON.stringify(state));
        if (size > limit) {
          const setting = 'HARMONIA_MAX_PAYLOAD_BYTES';
          throw new HarmoniaError('payload_too_large', { subject: 'The state', size, limit, setting });
        }
        const savedAt = clock.now();
        if (!(await states.save(id, { state, savedAt }))) throw new HarmoniaError('execution_not_found', { id });
        return { success: true, execution_id: id, saved_at: isoInstant(savedAt) };
      },
    };
  }

  private load(): OwnAction {
    return {
      name: 'load_state',
      needed: 'read',
      description: 'What save_state kept; an empty object when that was nothing.',
      params: paramsOf(OF_EXECUTION, ['execution_id']),
      run: async (params) => {
        const { states, reader } = this.parts;
        const id = idIn(params, 'execution_id');
        await mustFind(reader, id);
        const saved = await states.load(id);
        const at = saved === undefined ? null : isoInstant(saved.savedAt);
        return { success: true, execution_id: id, state: saved?.state ?? {}, saved_at: at };
      },
    };
  }

  private checkpoint(): OwnAction {
    const words = { name: WORDS.text, description: { type: 'string', maxLength: 4000 } };
    return {
      name: 'create_checkpoint',
      needed: 'run',
      description: 'Names the current position of an execution.',
      params: paramsOf({ ...OF_EXECUTION, ...words }, ['execution_id']),
      run: async (params) => {
        const { engine, reader } = this.parts;
        const id = idIn(params, 'execution_id');
        await mustFind(reader, id);
        const { name, description } = params;
        const { checkpoint, at } = await engine.checkpoint(id, {
          ...(typeof name === 'string' && { name }),
          ...(typeof description === 'string' && { description }),
        });
        return { success: true, checkpoint_id: checkpoint, execution_id: id, created_at: isoInstant(at) };
      },
    };
  }

  private restore(): OwnAction {
    return {
      name: 'restore_from_checkpoint',
      needed: 'run',
      description: 'Starts an execution that keeps what had ended at a checkpoint, and runs the rest.',
      params: paramsOf({ checkpoint_id: WORDS.id }, ['checkpoint_id']),
      run: async (params, key) => {
        const { repeatable, reader } = this.parts;
        const id = idIn(params, 'checkpoint_id');
        const found = await reader.checkpoint(id);
        if (!found) throw new HarmoniaError('checkpoint_not_found', { id });
        const execution = await repeatable.once({
          ...{ scope: 'restore_from_checkpoint', key, params: { checkpoint: id } },
          create: (creation) => this.restored({ ...found, key: creation }),
        });
        const { status } = await mustFind(reader, execution);
        const words = { execution_id: execution, original_execution_id: found.execution };
        return { success: true, ...words, checkpoint_id: id, status };
      },
    };
  }

  private async restored(from: {
    readonly id: Uuid;
    readonly execution: Uuid;
    readonly seq: number;
    readonly key: Parameters<Engine['reexecute']>[2];
  }): Promise<Uuid> {
    const operation = { is: 'restore', checkpoint: from.id, at: from.seq } as const;
    return (await this.parts.engine.reexecute(from.execution, operation, from.key)).execution;
  }
}
