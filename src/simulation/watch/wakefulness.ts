import {
  allSteps,
  isTerminalRun,
  isTerminalStep,
  timeUpAt,
  type RunState,
  type Step,
} from '../../engine/core/index.js';
import type { Clock, Instant } from '../../kernel/index.js';
import { isDeaf, isForsaken } from './families.js';
import type { ExecutionHistory, History } from './history.js';
import { Room } from './room.js';
import type { VirtualTimers } from '../world/virtual-timers.js';
import type { Watch } from './watch.js';

export interface WakefulnessParts {
  readonly watch: Watch;
  readonly history: History;
  readonly timers: VirtualTimers;
  /** What the process takes for the time. */
  readonly clock: Clock;
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

/** What the engine says of itself. */
export interface Counted {
  readonly open: number;
  readonly running: number;
}

/** Why an execution that is not terminal will not go on by itself. */
export type Standing = 'hangs' | 'paused' | 'waits';

/** ms after which the engine tries again to start a sub-workflow that it could not. */
const PATIENCE = 1000;

/** I5 and E4: what is open has a next wake-up; and what runs at the same time may. */
export class Wakefulness {
  private firstRing: Instant = Infinity;

  constructor(private readonly parts: WakefulnessParts) {}

  /** Nothing is under way and the store takes writes: whatever is open must have what lets it go on. */
  checkAtRest(runner: LiveAttempts, counted: Counted): void {
    const { history, watch, timers, clock, slots } = this.parts;
    this.firstRing = timers.firstRing();
    const room = new Room();
    let open = 0;
    for (const execution of history.executions.values()) {
      if (execution.ended) continue;
      const state = this.stateOf(execution);
      if (!state) return;
      open += 1;
      room.add(state, clock.now());
      this.checkExecution(execution, state, runner);
      if (watch.violations.length > 0) return;
    }
    this.checkRoom(room, slots);
    if (counted.open !== open)
      watch.violate('I5', `${open} executions are open, and the engine drives ${counted.open}`);
    if (counted.running !== room.used)
      watch.violate('limits', `${room.used} attempts run, and the engine holds ${counted.running} slot(s)`);
  }

  /** Nothing will happen any more. How it stands with an execution that is not terminal; undefined, and a violation, when it was forgotten. */
  standing(execution: ExecutionHistory, runner: LiveAttempts): Standing | undefined {
    const state = this.stateOf(execution);
    if (!state || isTerminalRun(state.status)) return undefined;
    if (state.status.is === 'paused') return 'paused';
    const open = [...allSteps(state)].filter((step) => !isTerminalStep(step.state));
    if (open.some(({ address }) => runner.liveAt(execution.execution, address)?.hangs)) return 'hangs';
    if (open.some(({ state: { at } }) => at === 'armed')) return 'waits';
    // Slots, and limits, are kept by what hangs.
    if (runner.hanging > 0 && open.some(({ state: { at } }) => at === 'ready' || at === 'backing-off')) return 'hangs';
    this.parts.watch.violate('E4', `${execution.execution} is not terminal and nothing will ever wake it up`);
    return undefined;
  }

  private checkRoom(room: Room, slots: number): void {
    const { watch } = this.parts;
    const exceeded = room.exceeded(slots);
    if (exceeded !== undefined) watch.violate('limits', exceeded);
    // What rings now may be what it waits for.
    const forgotten = this.firstRing <= this.parts.clock.now() ? undefined : room.forgotten(slots);
    if (forgotten !== undefined) watch.violate('limits', forgotten);
    if (room.isRated && room.used === 0 && this.firstRing === Infinity)
      watch.violate('I5', 'a step waits for the rate of its limit, and no timer rings');
  }

  private checkExecution(execution: ExecutionHistory, state: RunState, runner: LiveAttempts): void {
    const { watch, history } = this.parts;
    const isRunning = state.status.is === 'running';
    let goesOn = !isRunning;
    if (isRunning) {
      this.checkTimer(state.deadline, `the deadline of ${execution.execution}`);
      if (!state.ending) this.checkTimer(timeUpAt(state.limits, state.account), `the budget of ${execution.execution}`);
    }
    for (const step of allSteps(state)) {
      if (isTerminalStep(step.state)) continue;
      if (GOES_ON.has(step.state.at)) goesOn = true;
      this.checkStep(state, step, runner);
    }
    if (!goesOn) watch.violate('E4', `${execution.execution} goes on, and no step of it runs or waits`);
    const forsaken = isForsaken(execution, (id) => {
      const parent = history.of(id);
      return parent && this.stateOf(parent);
    });
    if (forsaken !== undefined) watch.violate('family', forsaken);
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

  private checkStep(run: RunState, step: Step, runner: LiveAttempts): void {
    const { watch } = this.parts;
    const { state, address } = step;
    if (state.at === 'running') {
      const live = runner.liveAt(run.execution, address);
      const { attempt } = state.tries;
      if (live?.attempt !== attempt)
        watch.violate('I5', `attempt ${attempt} of ${address} is recorded as running, and nothing runs it`);
    }
    if (run.status.is !== 'running') return; // no deadline is over while it is paused, and no child starts
    if (state.at === 'armed') this.checkChild(step);
    if (state.at === 'due') watch.violate('I5', `${address} of ${run.execution} is due, and nothing is decided`);
    if (state.at === 'backing-off') this.checkTimer(state.until, `the next attempt of ${address}`);
    else if (state.at === 'armed') this.checkTimer(state.until, `the end of the wait of ${address}`);
    else if (state.at === 'running' || state.at === 'inside')
      this.checkTimer(state.deadline, `the deadline of ${address}`);
  }

  private checkChild({ state, address }: Step): void {
    const { watch, history, clock } = this.parts;
    if (state.at !== 'armed' || state.awaits.is !== 'workflow') return;
    const deaf = isDeaf(history, state.awaits, this.firstRing <= clock.now() + PATIENCE);
    if (deaf !== undefined) watch.violate('family', `${address} still waits: ${deaf}`);
  }

  private checkTimer(time: Instant | undefined, what: string): void {
    const { clock, watch } = this.parts;
    if (time === undefined || time <= clock.now() || this.firstRing <= time) return;
    watch.violate('I5', `${what} is at ${time}, and no timer rings by then`);
  }
}

const GOES_ON: ReadonlySet<string> = new Set(['running', 'ready', 'backing-off', 'armed']);
