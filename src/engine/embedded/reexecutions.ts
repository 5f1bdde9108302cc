import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import {
  reexecute,
  startRun,
  type Definitions,
  type Operation,
  type PinnedWorkflow,
  type Reexecution,
  type ReexecutionPlan,
  type StartRequest,
} from '../core/index.js';
import type { Reexecute } from '../engine.js';
import type { Journal, StoredJournal, Timers } from '../ports/index.js';
import type { Untimed } from './inbox.js';
import { LiveExecution } from './live-execution.js';
import { refusalError } from './refusal-error.js';
import { definitionsFor, replayStored, type FindDefinition } from './stored-run.js';

export interface ReexecutionPorts {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly compiled: FindDefinition;
  /** The set of plugin versions that there is now; undefined: the first. What goes on after its end takes these. */
  readonly plugins?: () => number | undefined;
  readonly newId: () => Uuid;
  /** Whether the execution is driven in this process. */
  readonly isLive: (execution: Uuid) => boolean;
}

/** What is to be done, read from the journal. */
export type Prepared =
  | {
      readonly is: 'reopen';
      readonly live: LiveExecution;
      readonly plugins: number | undefined;
      readonly plan: ReexecutionPlan;
    }
  | { readonly is: 'start'; readonly request: Untimed<StartRequest>; readonly plan: ReexecutionPlan };

/** Reads journals and plans what a re-execution does with them. */
export class Reexecutions {
  /** Executions that are being read and taken up: two at once would both append at the same place. */
  private readonly underWay = new Set<Uuid>();

  constructor(private readonly ports: ReexecutionPorts) {}

  async plan(execution: Uuid, operation: Reexecute): Promise<ReexecutionPlan> {
    const prepared = await this.prepare(execution, operation);
    // What the start would refuse, another input for one, is no plan.
    const start = prepared.is === 'start' && startRun({ ...prepared.request, at: this.ports.timers.now() });
    if (start && start.is === 'refused') throw refusalError(start.refusal);
    return prepared.plan;
  }

  /** Runs `act` with what was prepared; nobody else prepares the same execution meanwhile. */
  async once<T>(execution: Uuid, operation: Reexecute, act: (prepared: Prepared) => Promise<T>): Promise<T> {
    if (this.underWay.has(execution)) throw conflict('The execution is being taken up');
    this.underWay.add(execution);
    try {
      return await act(await this.prepare(execution, operation));
    } finally {
      this.underWay.delete(execution);
    }
  }

  isUnderWay(execution: Uuid): boolean {
    return this.underWay.has(execution);
  }

  private async prepare(execution: Uuid, operation: Reexecute): Promise<Prepared> {
    const isNew = operation.is === 'fork' || operation.is === 'restore';
    if (!isNew && this.ports.isLive(execution)) throw conflict('The execution has not ended; cancel it first');
    const stored = await this.ports.journal.load(execution);
    if (!stored) throw new HarmoniaError('execution_not_found', { id: execution });
    const plugins = this.ports.plugins?.();
    const definitions = await definitionsFor(stored, (definition) => this.ports.compiled(definition, plugins));
    const planned = reexecute(definitions, stored.events, operationOf(operation));
    if (!planned.ok) throw conflict(planned.error.reason);
    if (planned.value.is === 'carry') return this.started(stored, operation, { definitions, carry: planned.value });
    const live = new LiveExecution(replayStored(stored, definitions), stored.handle);
    live.published = live.state.seq;
    return { is: 'reopen', live, plugins, plan: planned.value.plan };
  }

  private started(
    { handle, events }: StoredJournal,
    operation: Reexecute,
    {
      definitions,
      carry,
    }: { readonly definitions: Definitions; readonly carry: Extract<Reexecution, { is: 'carry' }> },
  ): Prepared {
    const first = events[0]?.event;
    if (first?.type !== 'execution_started') throw new HarmoniaError('journal_gone', { id: handle.execution });
    const seq = ('at' in operation ? operation.at : undefined) ?? events.at(-1)?.seq ?? 0;
    const { input, metadata, options } = first;
    const { plugins: _before, ...pinned } = pinnedAt(events, seq) ?? first.workflow;
    const plugins = this.ports.plugins?.();
    const workflow = { ...pinned, ...(plugins !== undefined && { plugins }) };
    const compiled = definitions.get(workflow.definition);
    if (!compiled) throw new HarmoniaError('journal_gone', { id: handle.execution });
    const from = { execution: handle.execution, ...checkpointOf(operation), seq };
    const request = {
      execution: this.ports.newId(),
      ...{ compiled, workflow, input, metadata, options },
      ...otherThan(operation),
      restore: { from, carried: carry.carried },
    };
    return { is: 'start', request, plan: carry.plan };
  }
}

/** The version that it was migrated to up to that place; undefined: it was not. */
const pinnedAt = (events: StoredJournal['events'], at: number): PinnedWorkflow | undefined => {
  const last = events.findLast(({ seq, event }) => seq <= at && event.type === 'execution_migrated')?.event;
  return last?.type === 'execution_migrated' ? last.to : undefined;
};

const checkpointOf = (operation: Reexecute): { readonly checkpoint?: Uuid } =>
  operation.is === 'restore' ? { checkpoint: operation.checkpoint } : {};

/** What a fork changes. */
const otherThan = (operation: Reexecute): Partial<Pick<StartRequest, 'compiled' | 'workflow' | 'input'>> => {
  if (operation.is !== 'fork') return {};
  const { workflow, input } = operation;
  return {
    ...(workflow && { compiled: workflow.compiled, workflow: workflow.pinned }),
    ...(input !== undefined && { input }),
  };
};

const conflict = (reason: string): HarmoniaError => new HarmoniaError('conflict', { reason });

const operationOf = (operation: Reexecute): Operation => {
  if (operation.is === 'restore') return { is: 'restore', at: operation.at };
  if (operation.is !== 'fork') return operation;
  const { at, input, workflow } = operation;
  return {
    is: 'fork',
    ...(at !== undefined && { at }),
    ...(input !== undefined && { input }),
    ...(workflow && { compiled: workflow.compiled }),
  };
};
