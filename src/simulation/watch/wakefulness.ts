import { findStep, isTerminalRun, stepStatus, type RunState } from '../../engine/core/index.js';
import type { ExecutionHistory, History } from './history.js';
import type { VirtualTimers } from '../world/virtual-timers.js';
import type { Watch } from './watch.js';

export interface WakefulnessParts {
  readonly watch: Watch;
  readonly history: History;
  readonly timers: VirtualTimers;
  /** Attempts that may run at the same time. */
  readonly slots: number;
}

/** The attempts that run in the process that lives. */
export interface LiveAttempts {
  /** The one at an address: its number, and whether it will never end by itself. */
  liveAt(execution: string, address: string): { readonly attempt: number; readonly hangs: boolean } | undefined;
  /** Those that will never end by themselves; they hold their slots. */
  readonly hanging: number;
}

/** Why an execution that is not terminal will not go on by itself. */
export type Standing = 'hangs' | 'paused' | 'waits';

/** I5 and E4: what is open has a next wake-up. */
export class Wakefulness {
  private firstRing = Infinity;

  constructor(private readonly parts: WakefulnessParts) {}

  /** Nothing is under way and the store takes writes: every step that the journal says is running runs, every pause has its timer. */
  checkAtRest(runner: LiveAttempts): void {
    const { history, watch, timers } = this.parts;
    this.firstRing = timers.firstRing();
    for (const execution of history.executions.values()) {
      if (execution.ended) continue;
      const state = this.stateOf(execution);
      if (!state || state.status.is !== 'running') continue;
      this.checkTimer(state.deadline, `the deadline of ${execution.execution}`);
      for (const step of execution.steps.values()) {
        if (!step.started || step.ended) continue;
        this.checkStep(state, step.address, runner);
      }
      if (watch.violations.length > 0) return;
    }
  }

  /** Nothing will happen any more. How it stands with an execution that is not terminal; undefined, and a violation, when it was forgotten. */
  standing(execution: ExecutionHistory, runner: LiveAttempts): Standing | undefined {
    const state = this.stateOf(execution);
    if (!state || isTerminalRun(state.status)) return undefined;
    if (state.status.is === 'paused') return 'paused';
    const open = [...execution.steps.values()].filter((step) => !step.ended);
    if (open.some(({ address }) => runner.liveAt(execution.execution, address)?.hangs)) return 'hangs';
    if (runner.hanging >= this.parts.slots) return 'hangs';
    const waits = open.some(({ address }) => {
      const step = findStep(state, address);
      return step && stepStatus(step.state) === 'waiting' && step.state.at !== 'backing-off';
    });
    if (waits) return 'waits';
    this.parts.watch.violate('E4', `${execution.execution} is not terminal and nothing will ever wake it up`);
    return undefined;
  }

  /** The state as it was published last, if that is all that is durable; else the fold. */
  private stateOf(execution: ExecutionHistory): RunState | undefined {
    const { watch } = this.parts;
    const known = watch.states.get(execution.execution);
    if (known?.seq === execution.events.length) return known;
    const folded = watch.fold(execution);
    if (folded) watch.states.set(execution.execution, folded);
    return folded;
  }

  private checkStep(state: RunState, address: string, runner: LiveAttempts): void {
    const step = findStep(state, address);
    if (step?.task.work.is !== 'task') return;
    if (step.state.at === 'backing-off') this.checkTimer(step.state.until, `the next attempt of ${address}`);
    if (step.state.at !== 'running') return;
    this.checkTimer(step.state.deadline, `the deadline of ${address}`);
    const live = runner.liveAt(state.execution, address);
    const { attempt } = step.state.tries;
    if (live?.attempt !== attempt)
      this.parts.watch.violate('I5', `attempt ${attempt} of ${address} is recorded as running, and nothing runs it`);
  }

  private checkTimer(time: number | undefined, what: string): void {
    const { timers, watch } = this.parts;
    if (time === undefined || time <= timers.now() || this.firstRing <= time) return;
    watch.violate('I5', `${what} is at ${time}, and no timer rings by then`);
  }
}
