import type { Instant } from '../../kernel/index.js';
import { findStep, plan, type Order, type ReadyOrder, type RunEvent, type RunOrder } from '../core/index.js';
import type { Dispatcher, TaskLimits } from '../dispatch/index.js';
import type { DriverPorts } from './driver-ports.js';
import { begins, type Group } from './group.js';
import type { Work } from './inbox.js';
import { askForResult } from './known-results.js';
import type { LiveExecution } from './live-execution.js';
import { lookBack } from './look-back.js';

/** What of the driver is needed here. */
interface OrderPorts extends Pick<DriverPorts, 'journal' | 'timers' | 'attempts' | 'families'> {
  readonly dispatcher: Dispatcher<LiveExecution>;
  readonly taskLimits: TaskLimits;
  /** The recorded time. */
  readonly now: () => Instant;
  readonly holds: (live: LiveExecution) => boolean;
  readonly submit: (work: Work) => void;
  readonly schedule: () => void;
}

/** Takes the orders that follow from a decision: to the queue, to a timer, or into the group that is carried out once it is written. */
export class Orders {
  constructor(private readonly ports: OrderPorts) {}

  /** `group`: absent when nothing has to be written first. `events`: those that the orders follow from. */
  take(live: LiveExecution, group: Group | undefined, events: readonly RunEvent[] = []): void {
    for (const order of plan(live.state)) {
      if (order.is !== 'run') this.takeOne(live, order, group);
      else if (begins(events, order)) group?.runs.push({ live, order });
    }
  }

  /** Those of the execution, not those of its steps. */
  armDeadlines(live: LiveExecution): void {
    const work = { is: 'note', execution: live.id, request: { is: 'expire-execution' } } as const;
    live.ringAtDeadline(this.ports.timers, () => this.ports.submit(work));
    const timeUp = { is: 'note', execution: live.id, request: { is: 'expire-budget' } } as const;
    live.ringAtTimeUp(this.ports.timers, () => this.ports.submit(timeUp));
  }

  private takeOne(live: LiveExecution, order: Exclude<Order, RunOrder>, group: Group | undefined): void {
    const { dispatcher, attempts, families, timers, taskLimits } = this.ports;
    switch (order.is) {
      case 'ready':
        return this.queue(live, taskLimits.addTo(order, live.state));
      case 'stop':
        // The end of a construct cancels what is open in it, with no event for each.
        if (!goesOn(live, order)) dispatcher.free(live, order.step);
        if (group) group.stops.push({ live, step: order.step, attempt: order.attempt });
        else attempts.stop(live, order.step, order.attempt);
        return;
      case 'wake': {
        const { step, generation } = order;
        const work = { is: 'note', execution: live.id, request: { is: 'elapse', step, generation } } as const;
        return live.wakeAt(timers, order, () => this.ports.submit(work));
      }
      case 'look-back':
        return void lookBack(live, order, this.ports);
      case 'disarm':
        return live.disarm(order.step);
      case 'start-child':
      case 'cancel-child':
        if (group) group.families.push({ live, order });
        else families.carryOut(live.state, order);
    }
  }

  private queue(live: LiveExecution, order: ReadyOrder): void {
    const { step, generation, cacheKey } = order;
    if (cacheKey === undefined) return this.enqueue(live, order);
    const { journal, timers, submit } = this.ports;
    askForResult(
      live,
      { step, generation, cacheKey },
      {
        journal,
        now: () => timers.now(),
        submit,
        enqueue: (isLate) => {
          if (isLate && !this.ports.holds(live)) return;
          this.enqueue(live, order);
          if (isLate) this.ports.schedule();
        },
      },
    );
  }

  private enqueue(live: LiveExecution, order: ReadyOrder): void {
    const { dispatcher, timers, schedule, now } = this.ports;
    // Nothing is recorded yet when the first executions are taken up.
    const since = now() || timers.now();
    if (order.notBefore === undefined || order.notBefore <= now()) return dispatcher.push(live, order, since);
    live.wakeAt(timers, { step: order.step, at: order.notBefore }, () => {
      dispatcher.push(live, order, timers.now());
      schedule();
    });
  }
}

/** A journal that is read again orders once more what it has ever stopped: the step may run its next attempt by now. */
const goesOn = (live: LiveExecution, { step, attempt }: Extract<Order, { is: 'stop' }>): boolean => {
  const state = findStep(live.state, step)?.state;
  return state?.at === 'running' && state.tries.attempt !== attempt;
};
