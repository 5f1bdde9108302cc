import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import {
  accountOf,
  endOf,
  findStep,
  isTerminalRun,
  limitsLeft,
  usageOf,
  type Account,
  type ChildOrder,
  type ChildOutcome,
  type ExecutionOptions,
  type Order,
  type RunState,
  type TraceOrigin,
  type Usage,
} from '../core/index.js';
import type { RunnableWorkflow } from '../engine.js';
import type { Journal, Timers } from '../ports/index.js';
import type { Work } from './inbox.js';
import type { LiveExecution } from './live-execution.js';

export type FamilyOrder = Extract<Order, { is: 'start-child' | 'cancel-child' }>;

/** Undefined: its trace is its own. */
export type TraceOfChild = (parent: RunState, step: Pick<ChildOrder, 'step' | 'generation'>) => TraceOrigin | undefined;

export interface FamilyPorts {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly newSeed: () => string;
  readonly origin: string | undefined;
  /** Absent: nobody traces. */
  readonly traceOfChild?: TraceOfChild;
  /** What an execution runs of the workflow of that name. Rejects with a `HarmoniaError` when there is none in the range. */
  readonly workflow: (name: string, range: string | undefined, execution: Uuid) => Promise<RunnableWorkflow>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What of the driver is needed here. */
export interface FamilyDriver {
  find(execution: Uuid): LiveExecution | undefined;
  executions(): Iterable<LiveExecution>;
  submit(work: Work): void;
}

/** Before a child is started again that could not be for want of room or of a store. */
const PATIENCE = 1000;
const PASSING = ['storage_unavailable', 'backlog_full'];

/**
 * Executions that run each other (semantics 16). The journals are the outbox: a parent's says that it waits for a child
 * of a derived id, a child's says how it ended; whichever of the two messages a crash swallows is sent again when the
 * parent is taken up. A child can not start twice, since its id is derived from (parent, address, generation).
 */
export class Families {
  private driver: FamilyDriver | undefined;
  /** Children that are being started. */
  private readonly starting = new Set<Uuid>();

  constructor(private readonly ports: FamilyPorts) {}

  connect(driver: FamilyDriver): void {
    this.driver = driver;
  }

  carryOut(parent: RunState, order: FamilyOrder): void {
    if (order.is === 'cancel-child') this.cancel(order.execution);
    else void this.startOnce(parent, order);
  }

  /** A child has ended. */
  tellParent(child: RunState): void {
    const { parent, status, account } = child;
    if (!parent?.awaited) return;
    const outcome = outcomeOf(status);
    if (outcome) this.tell(parent.execution, parent, { ...outcome, ...usageIn(account) });
  }

  /** Cancels children whose parent ended, or went on, without their being told: the process died in between. */
  async cancelOrphans(): Promise<void> {
    for (const live of [...(this.driver?.executions() ?? [])]) {
      const { parent } = live.state;
      if (!parent?.awaited) continue;
      const above = this.driver?.find(parent.execution);
      const isWanted = above ? waitsFor(above.state, parent.step, live.id) : !(await this.hasEnded(parent.execution));
      if (!isWanted) this.cancel(live.id);
    }
  }

  private async hasEnded(execution: Uuid): Promise<boolean> {
    const last = await this.ports.journal.last(execution);
    return last === undefined || endOf(last.event) !== undefined;
  }

  private cancel(execution: Uuid): void {
    const request = { is: 'cancel', reason: 'nobody waits for it any more' } as const;
    if (this.driver?.find(execution)) this.driver.submit({ is: 'note', execution, request });
  }

  private tell(
    execution: Uuid,
    { step, generation }: { readonly step: string; readonly generation: number },
    outcome: ChildOutcome,
  ): void {
    this.driver?.submit({ is: 'note', execution, request: { is: 'child', step, generation, outcome } });
  }

  /** A resume or a migration orders it again while it is under way. */
  private async startOnce(parent: RunState, order: ChildOrder): Promise<void> {
    if (this.starting.has(order.execution)) return;
    this.starting.add(order.execution);
    try {
      await this.start(parent, order);
    } catch (error) {
      this.ports.onTrouble('a sub-workflow', error);
    } finally {
      this.starting.delete(order.execution);
    }
  }

  private async start(parent: RunState, order: ChildOrder): Promise<void> {
    const { execution, awaited } = order;
    const tell = (outcome: ChildOutcome): void => this.tell(parent.execution, order, outcome);
    if (this.driver?.find(execution)) return awaited ? undefined : tell({ is: 'started' });
    const last = await this.ports.journal.last(execution);
    // Nobody hears how a detached one ended.
    if (last && !awaited) return tell({ is: 'started' });
    const ended = last && endOf(last.event);
    if (ended) return tell({ ...ended, ...usageIn(await this.accountOf(execution)) });
    if (last) return;
    try {
      const workflow = await this.ports.workflow(order.workflow.name, order.workflow.version, execution);
      if (!this.isWanted(parent.execution, order)) return;
      const { state = parent } = this.driver?.find(parent.execution) ?? {};
      if (state.status.is === 'paused') return; // nothing starts then; the resume orders it again
      await this.submit(state, order, workflow);
    } catch (error) {
      return this.refused(parent, order, error);
    }
    if (!this.isWanted(parent.execution, order)) return this.cancel(execution);
    tell({ is: 'started' });
  }

  private async accountOf(execution: Uuid): Promise<Account | undefined> {
    const stored = await this.ports.journal.load(execution);
    return stored && accountOf(stored.events.map(({ event }) => event));
  }

  private isWanted(parent: Uuid, { step, execution }: ChildOrder): boolean {
    const live = this.driver?.find(parent);
    return live !== undefined && waitsFor(live.state, step, execution);
  }

  private submit(parent: RunState, order: ChildOrder, workflow: RunnableWorkflow): Promise<unknown> {
    const { execution, step, generation, input, awaited } = order;
    const { newSeed, origin } = this.ports;
    const depth = (parent.parent?.depth ?? 0) + 1;
    const trace = this.ports.traceOfChild?.(parent, order);
    const request = {
      execution,
      compiled: workflow.compiled,
      workflow: workflow.pinned,
      input,
      metadata: {},
      options: awaited ? inherited(parent) : {},
      parent: { execution: parent.execution, step, generation, depth, awaited },
      seed: newSeed(),
      ...(origin !== undefined && { origin }),
      ...(trace && { trace }),
    };
    return new Promise((accept, refuse) => {
      this.driver?.submit({ is: 'start', request, key: undefined, reply: { accept, refuse } });
    });
  }

  private refused(parent: RunState, order: ChildOrder, error: unknown): void {
    if (error instanceof HarmoniaError && PASSING.includes(error.code)) {
      this.ports.timers.at(this.ports.timers.now() + PATIENCE, () => {
        if (this.isWanted(parent.execution, order)) this.carryOut(parent, order);
      });
      return;
    }
    if (error instanceof HarmoniaError && error.code === 'shutting_down') return;
    const { code, message } = error instanceof HarmoniaError ? error : { code: 'task_failed', message: String(error) };
    const failure = { kind: 'fatal' as const, code, message };
    this.tell(parent.execution, order, { is: 'failed', failure });
  }
}

/** What is left of the parent's budget is all that a child may use by itself. */
const inherited = ({ limits, account }: RunState): ExecutionOptions => {
  const left = limits ? limitsLeft(limits, account) : {};
  return Object.keys(left).length > 0 ? { budget: left } : {};
};

const usageIn = (account: Account | undefined): { readonly usage?: Usage } => {
  const usage = account && usageOf(account.used);
  return usage ? { usage } : {};
};

const waitsFor = (parent: RunState, address: string, child: Uuid): boolean => {
  const step = findStep(parent, address);
  if (isTerminalRun(parent.status) || step?.state.at !== 'armed') return false;
  return step.state.awaits.is === 'workflow' && step.state.awaits.execution === child;
};

const outcomeOf = (status: RunState['status']): ChildOutcome | undefined => {
  switch (status.is) {
    case 'completed':
      return { is: 'completed', output: status.output };
    case 'failed':
      return { is: 'failed', failure: status.failure };
    case 'canceled':
      return { is: 'canceled', reason: status.reason };
    default:
      return undefined;
  }
};
