import type { RunEvent } from '../../engine/core/index.js';
import type { Engine, Reexecute, Reexecuted, RunnableWorkflow } from '../../engine/index.js';
import { deriveUuid, type Uuid } from '../../kernel/index.js';
import type { PlannedFault } from '../script/fault-plan.js';
import type { Asked, Watch } from '../watch/watch.js';
import type { Outside } from './outside.js';
import type { Requests } from './requests.js';
import type { StrikingFaults } from './striking-faults.js';
import type { VirtualTimers } from './virtual-timers.js';

export interface OperatorParts {
  readonly seed: number;
  readonly requests: Requests;
  readonly timers: VirtualTimers;
  readonly watch: Watch;
  readonly faults: StrikingFaults;
  readonly outside: Outside;
  /** The next version of the workflow. */
  readonly next: RunnableWorkflow | undefined;
  /** An execution goes on after its end, or a new one continues it. */
  readonly onGoesOn: (execution: Uuid) => void;
}

type Of<K extends PlannedFault['fault']> = Extract<PlannedFault, { fault: K }>;

/** Those who look after executions, and ask what the plan has them ask: pause, cancel, migrate, run again. */
export class Operators {
  /** Re-executions that were asked for, by execution. */
  private readonly asked = new Map<Uuid, Set<PlannedFault>>();
  /** New executions that were asked for: each may make one. */
  forks = 0;

  constructor(private readonly parts: OperatorParts) {}

  /** An execution has started: arms what is asked of it at a time. */
  began(execution: Uuid): void {
    const { timers, faults } = this.parts;
    for (const { at, fault } of faults.timed()) this.plan(execution, fault, timers.now() + at * 1000);
  }

  /** Somebody was told of its end. */
  ended(execution: Uuid): void {
    const done = this.asked.get(execution) ?? new Set();
    this.asked.set(execution, done);
    const fault = this.parts.faults.afterEnd().find((one) => !done.has(one));
    if (!fault) return;
    done.add(fault);
    this.reexecute(execution, fault, this.parts.timers.now());
  }

  private plan(execution: Uuid, fault: PlannedFault, at: number): void {
    const { outside, timers } = this.parts;
    switch (fault.fault) {
      case 'pause': {
        const resume = (): void =>
          this.request('resume', execution, { at: timers.now() + fault.seconds * 1000, fault: undefined });
        return this.request('pause', execution, { at, fault, after: resume });
      }
      case 'cancel':
        return this.request('cancel', execution, { at, fault });
      case 'event':
        return void timers.arm({
          ...{ time: at, label: `somebody sends ${fault.name}`, outlives: true },
          callback: () => {
            this.parts.faults.strike(fault);
            outside.send(execution, fault);
          },
        });
      case 'reexecute':
        return this.reexecute(execution, fault, at);
      case 'migrate':
        return this.migrate(fault, at);
      default:
    }
  }

  private request(
    asked: Asked,
    execution: Uuid,
    {
      at,
      fault,
      after,
    }: { readonly at: number; readonly fault: PlannedFault | undefined; readonly after?: () => void },
  ): void {
    const { watch, requests, faults } = this.parts;
    const compensate = fault?.fault === 'cancel' && fault.compensate === true;
    const answered = (how: 'granted' | 'refused', isFirst: boolean): void => {
      watch.answered(asked, execution, how);
      if (isFirst) after?.();
    };
    requests.ask(
      {
        label: asked,
        act: (engine: Engine) =>
          asked === 'cancel' ? engine.cancel(execution, { compensate }) : engine[asked](execution),
        sent: () => {
          if (fault) faults.strike(fault);
          watch.asked(asked, execution);
        },
        granted: (_, isFirst) => answered('granted', isFirst),
        refused: (_, isFirst) => answered('refused', isFirst),
      },
      at,
    );
  }

  private migrate(fault: Of<'migrate'>, at: number): void {
    const { next, requests, watch, faults } = this.parts;
    if (!next) return;
    const { definition } = next.pinned;
    const isIt = (event: RunEvent): boolean =>
      event.type === 'execution_migrated' && event.to.definition === definition;
    requests.ask(
      {
        label: 'migrate',
        act: (engine) => engine.migrate({ workflow: next }),
        sent: () => faults.strike(fault),
        granted: ({ migratable }) => {
          for (const execution of migratable) watch.acknowledged('the migration', execution, isIt);
        },
      },
      at,
    );
  }

  private reexecute(execution: Uuid, fault: Of<'reexecute'>, at: number): void {
    const { requests, faults, watch } = this.parts;
    const isNew = fault.operation === 'fork' || fault.operation === 'restore';
    const about = `${fault.operation} ${fault.step ?? ''}`;
    const key = { scope: 'simulation', key: `${about} of ${execution} at ${at}`, request: 'the same' };
    requests.ask<Reexecuted>(
      {
        label: about.trim(),
        act: async (engine) =>
          engine.reexecute(execution, await this.operation(engine, execution, fault), isNew ? key : undefined),
        sent: () => {
          faults.strike(fault);
          if (isNew) this.forks += 1;
        },
        granted: ({ execution: id }) => {
          const type = isNew ? 'execution_started' : 'execution_reopened';
          watch.acknowledged(about, id, (event) => event.type === type);
          this.parts.onGoesOn(id);
        },
      },
      at,
    );
  }

  private async operation(engine: Engine, execution: Uuid, fault: Of<'reexecute'>): Promise<Reexecute> {
    const { operation, step = '/none' } = fault;
    if (operation === 'rerun_from' || operation === 'skip') return { is: operation, step };
    if (operation === 'fork') return { is: operation };
    if (operation !== 'restore') return { is: operation };
    const checkpoint = deriveUuid('checkpoint', this.parts.seed, execution);
    const events = (await engine.journal(execution))?.events ?? [];
    return { is: 'restore', checkpoint, at: Math.max(1, Math.ceil(events.length / 2)) };
  }
}
