import {
  allSteps,
  callbackToken,
  decide,
  findStep,
  isTerminalRun,
  limitsReached,
  plan,
  replay,
  snapshot,
  startRun,
  timeUpAt,
  type ApprovalAnswer,
  type CompiledWorkflow,
  type InPlace,
  type Limits,
  type Order,
  type RunEvent,
  type RunRequest,
  type RunState,
  type Step,
  type Usage,
  type UsedBy,
} from '../../../src/engine/core/index.js';
import type { Json } from '../../../src/kernel/index.js';
import { Chance } from '../../../src/simulation/index.js';
import { failure } from '../core-world.js';
import { PlainHistory } from './plain-history.js';
import type { Known, Ending } from './reference.js';
import { addTo, raisedLimits, randomUsage, type Spent } from './spending.js';

type Untimed<T> = T extends RunRequest ? Omit<T, 'at'> : never;
type OrderOf<K extends Order['is']> = Extract<Order, { is: K }>;

/** Something that may happen next. */
type Happening = () => void;

export interface PlainRunOptions {
  readonly compiled: CompiledWorkflow;
  readonly yes: boolean;
  /** Decides how everything ends. */
  readonly results: number;
  /** Decides what happens when. */
  readonly order: number;
  /** Which execution of several this is. */
  readonly number?: number;
  /** What it takes over. */
  readonly carried?: readonly RunEvent[];
  /** What it may use; attempts use something then. It is raised whenever it is used up. */
  readonly budget?: Limits;
  /** Between 0 and 1: how often something fails. */
  readonly mishaps?: number;
}

const LONGEST = 5000;
/** ms; no execution comes near it by itself. */
const LONG = 1e9;

/** How somebody ends an execution; `undo`: canceled, after what has completed is undone. */
export type Stop = 'cancel' | 'undo' | 'expire';

/** An execution as it was. */
export interface Past {
  readonly state: RunState;
  /** Something is recorded of the step. */
  readonly hasBegun: (address: string) => boolean;
}

/** Runs an execution; chance decides how things end, and in which order; what it decided is remembered. */
export class PlainRun {
  readonly events: RunEvent[] = [];
  /** Everything that ever began: `address generation`. */
  readonly begun: string[] = [];
  /** Constructs whose timeout was met, with the position of that event. */
  private readonly elapsed = new Map<string, number>();
  /** How the work at each address ended last. */
  readonly endings = new Map<string, Ending>();
  state: RunState;
  now = 1_000_000;
  private readonly orders = new Map<string, Order>();
  private readonly called = new Set<string>();
  /** What was done: `address generation`. */
  private readonly effects = new Set<string>();
  /** Events that no step has consumed, oldest first. */
  private readonly unconsumed: { readonly id: string; readonly for: string }[] = [];
  private readonly chance: Chance;
  /** What was reported and taken. */
  private readonly ledger: Record<string, number> = {};
  private readonly reports = new Map<string, number>();
  private deliveries = 0;
  /** How it was ended from outside, if it was. */
  stopped: Stop | undefined;

  constructor(readonly options: PlainRunOptions) {
    const { compiled, order, carried, number = 1, yes, budget } = options;
    this.chance = new Chance(order, 'order', number);
    const started = startRun({
      ...{ at: this.now, execution: `00000000-0000-4000-8000-00000000000${number}`, compiled },
      workflow: { id: 'w', name: 'w', version: '1', definition: 'd' },
      ...{ input: { yes }, metadata: {}, options: { timeout: LONG, ...(budget && { budget }) }, seed: 'seed' },
      ...(carried && { restore: { from: { execution: 'before', seq: 1 }, carried } }),
    });
    if (started.is !== 'accepted') throw new Error(JSON.stringify(started));
    this.state = started.state;
    this.accept(started.events);
  }

  get isOver(): boolean {
    return isTerminalRun(this.state.status);
  }

  get history(): PlainHistory {
    return new PlainHistory(this.events, this.options.carried?.length ?? 0);
  }

  get known(): Known {
    const { yes } = this.options;
    const { history } = this;
    const ending = (address: string): Ending | undefined => this.endings.get(address);
    const elapsed = new Set(
      [...this.elapsed].flatMap(([at, position]) => (history.ended.get(at) === position ? [at] : [])),
    );
    return { yes, ending, elapsed, history };
  }

  /** As it was after so many events: nothing can be asked of it. */
  at(seq: number): Past {
    const events = this.events.slice(0, seq);
    const generations = new Map<string, number>();
    const state = replay(this.options.compiled, events);
    for (const event of events) {
      if (!('step' in event) || event.type === 'step_ready' || event.type === 'callback_received') continue;
      generations.set(event.step, event.generation);
    }
    const hasBegun = (at: string): boolean => generations.get(at) === findStep(state, at)?.generation;
    return { state, hasBegun };
  }

  get snapshot(): string {
    return JSON.stringify(snapshot(this.state));
  }

  /** Goes on until the end, or for so many turns. */
  run(turns = LONGEST): this {
    for (let turn = 0; turn < turns && !this.isOver; turn++) this.turn();
    if (turns === LONGEST && !this.isOver) throw new Error('it goes on and on');
    return this;
  }

  /** Each request has a time of its own. */
  send(request: Untimed<RunRequest>): string {
    this.now += 1;
    const overdue = this.state.status.is === 'paused' ? this.overdue() : [];
    const decision = decide(this.state, { ...request, at: this.now });
    if (decision.is === 'refused') return decision.refusal.is;
    this.accept(decision.events);
    if (decision.events.some(({ type }) => type === 'execution_resumed'))
      for (const address of overdue) this.noteElapsed(address);
    return 'accepted';
  }

  /** Ends it from outside, unless it is ending by itself. */
  stop(how: Stop): this {
    if (this.isOver || this.state.ending) return this;
    if (this.state.status.is === 'paused') this.resume();
    if (this.isOver || this.state.ending) return this;
    this.stopped = how;
    if (how === 'expire') this.now = Math.max(this.now, this.state.deadline ?? 0);
    this.must(how === 'expire' ? { is: 'expire-execution' } : { is: 'cancel', compensate: how === 'undo' });
    return this;
  }

  reopen(operation: InPlace): string {
    const answer = this.send({ is: 'reopen', operation });
    if (answer === 'accepted') this.stopped = undefined;
    return answer;
  }

  /** The state is the fold of the journal (E6); what was folded since the last crash is its tail. */
  mustFoldUp(): RunState {
    const replayed = replay(this.options.compiled, this.events);
    const [before, after] = [this.snapshot, JSON.stringify(snapshot(replayed))];
    if (before !== after) throw new Error(`the state is not the fold of the journal:\n${before}\n${after}`);
    return replayed;
  }

  /** The process dies and another one reads the journal: the orders follow from the state. */
  private crash(): void {
    this.state = this.mustFoldUp();
    this.orders.clear();
    this.takeOrders();
  }

  private turn(): void {
    if (this.chance.happens(0.04)) return this.crash();
    if (this.state.status.is === 'paused') {
      this.now += this.chance.below(100_000);
      return this.resume();
    }
    if (this.chance.happens(0.02)) return this.must({ is: 'pause' });
    if (this.chance.happens(0.05)) return this.sendWrong();
    const next = this.happenings();
    if (next.length === 0) throw new Error(`nothing will wake it up: ${this.snapshot}`);
    this.chance.pick(next)();
  }

  private resume(): void {
    const reached = this.mustBeHeld();
    if (reached.size === 0) return this.must({ is: 'resume' });
    this.must({ is: 'resume', raise: raisedLimits(this.state, reached, this.chance), by: 'ops' });
  }

  /** The limits that are reached: without more it does not go on, and nothing changes (E8). */
  private mustBeHeld(): ReadonlySet<string> {
    const before = this.snapshot;
    const decision = decide(this.state, { is: 'begin', at: this.now + 1, step: '/t0', generation: 1 });
    if (decision.is === 'accepted') throw new Error('something begins although it is paused');
    if (!this.options.budget) return new Set();
    const { limits, account } = this.state;
    if (limitsReached(limits ?? new Map(), account, this.now).length === 0) return new Set();
    const resumed = decide(this.state, { is: 'resume', at: this.now + 1 });
    if (resumed.is === 'accepted' || resumed.refusal.is !== 'exhausted') throw new Error('it goes on without more');
    if (this.snapshot !== before) throw new Error('a refused resume has changed something');
    return new Set(resumed.refusal.reached.map(({ budget }) => budget));
  }

  /** What all attempts have used. */
  get spent(): Spent {
    return this.ledger;
  }

  /** Some are told twice, as after a commit of which nobody knows whether it was written. */
  private report(by: UsedBy, usage: Usage): void {
    const key = `${by.step} ${by.generation} ${by.attempt}`;
    const report = (this.reports.get(key) ?? 0) + 1;
    this.reports.set(key, report);
    addTo(this.ledger, usage);
    this.must({ is: 'use', by, report, usage });
    if (this.chance.happens(0.1)) this.must({ is: 'use', by, report, usage });
  }

  private must(request: Untimed<RunRequest>): void {
    const answer = this.send(request);
    if (answer !== 'accepted') throw new Error(`${answer}: ${JSON.stringify(request)}`);
  }

  /** Requests that are wrong here: they change nothing (E8). */
  private sendWrong(): void {
    const before = this.snapshot;
    const step = this.chance.pick([...allSteps(this.state)]);
    const { address, generation } = step;
    const about = { step: address, generation };
    const wrong: Untimed<RunRequest>[] = [
      { is: 'begin', step: address, generation: generation + 1 },
      { is: 'succeed', ...about, attempt: 99, output: 1 },
      { is: 'fail', ...about, generation: generation - 1, attempt: 1, failure: failure() },
      { is: 'resume' },
      { is: 'reopen', operation: { is: 'resume' } },
      { is: 'callback', token: callbackToken(this.state, step).replace(/.$/, 'x'), payload: 1 },
      { is: 'approve', step: address, approved: true, by: 'nobody', comment: null },
      { is: 'child', ...about, generation: generation + 1, outcome: { is: 'started' } },
      { is: 'elapse', ...about, generation: generation + 1 },
    ];
    const request = this.chance.pick(wrong);
    const isAnybody =
      step.state.at === 'armed' && step.state.awaits.is === 'approval' && step.state.awaits.by.length === 0;
    if (request.is === 'approve' && isAnybody) return;
    if (this.send(request) === 'accepted') throw new Error(`${JSON.stringify(request)} is wrong`);
    if (this.snapshot !== before) throw new Error(`${JSON.stringify(request)} was refused and changed something`);
  }

  private accept(events: readonly RunEvent[]): void {
    // What is carried over from another execution stands behind the first event.
    const carried = this.events.length > 0 ? 0 : 1 + (this.options.carried?.length ?? 0);
    this.events.push(...events);
    for (const { event, payload } of events.slice(0, carried).flatMap(receivedIn)) {
      this.unconsumed.push({ id: event, for: (payload as { for: string }).for });
    }
    for (const event of events.slice(carried)) {
      if (event.type === 'step_started' || event.type === 'step_armed' || event.type === 'step_opened')
        this.begun.push(`${event.step} ${event.generation}`);
      if (event.type === 'step_completed' && event.consumed !== undefined) this.consume(event.step, event.consumed);
    }
    this.takeOrders();
  }

  private takeOrders(): void {
    for (const order of plan(this.state)) {
      if (order.is === 'stop') {
        const running = this.orders.get(order.step);
        if (running?.is === 'run' && running.attempt === order.attempt) this.orders.delete(order.step);
      } else if (order.is === 'disarm') this.orders.delete(order.step);
      else if (order.is !== 'cancel-child') this.orders.set(this.keyOf(order), order);
    }
    if (this.isOver) this.orders.clear();
  }

  /** A step that is started as a child has a timer, too. */
  private keyOf(order: Exclude<Order, { is: 'stop' | 'cancel-child' }>): string {
    return order.is === 'start-child' ? `${order.step} child` : order.step;
  }

  private happenings(): Happening[] {
    const happenings: Happening[] = [];
    for (const [key, order] of this.orders) {
      const step = 'step' in order ? findStep(this.state, order.step) : undefined;
      if (!step || !('generation' in order) || step.generation !== order.generation) this.orders.delete(key);
      else happenings.push(...this.carryOut(key, order, step));
    }
    for (const step of allSteps(this.state)) happenings.push(...this.early(step));
    happenings.push(...this.timeIsUp());
    return happenings;
  }

  private timeIsUp(): Happening[] {
    const time = timeUpAt(this.state.limits, this.state.account);
    if (time === undefined || this.state.ending || !this.chance.happens(0.1)) return [];
    return [
      () => {
        this.now = Math.max(this.now, time);
        this.must({ is: 'expire-budget' });
      },
    ];
  }

  private carryOut(key: string, order: Order, step: Step): Happening[] {
    switch (order.is) {
      case 'ready':
        return step.state.at === 'ready' || step.state.at === 'backing-off' ? [() => this.begin(key, order)] : [];
      case 'run':
        return step.state.at === 'running' ? [() => this.endAttempt(order)] : [];
      case 'wake':
        return step.state.at === 'inside' ? this.mayElapse(order) : this.comes(order, step);
      case 'start-child':
        return step.state.at === 'armed' ? [() => this.hearOfChild(order, step)] : [];
      default:
        return [];
    }
  }

  private begin(key: string, { step, generation, notBefore }: OrderOf<'ready'>): void {
    this.now = Math.max(this.now, notBefore ?? 0) + this.chance.below(50);
    this.orders.delete(key);
    this.must({ is: 'begin', step, generation });
  }

  private endAttempt({ step, generation, attempt }: OrderOf<'run'>): void {
    const about = { step, generation, attempt };
    this.now += this.chance.below(50);
    if (this.options.budget && this.chance.happens(0.5)) return this.report(about, randomUsage(this.chance));
    this.orders.delete(step);
    if (this.chance.happens(0.05)) return this.must({ is: 'lose', ...about });
    const retries = this.retriesOf(step);
    const counted = this.events.filter(
      (event) => event.type === 'attempt_failed' && event.step === step && event.generation === generation,
    ).length;
    const result = this.resultOf(step, generation);
    const flaky = this.chanceOf(step, generation, 'flaky').below(retries + 2);
    if (counted < retries && (counted < flaky || (result.is === 'fails' && result.kind === 'transient')))
      return this.must({ is: 'fail', ...about, failure: failure('transient', 'flaky') });
    this.endings.set(step, result);
    if (result.is === 'fails')
      return this.must({ is: 'fail', ...about, failure: failure(result.kind as 'fatal', result.code) });
    // The ledger of somebody outside: under one idempotency key something is done once.
    if (this.effects.has(`${step} ${generation}`)) throw new Error(`${step} of ${generation} is done twice`);
    this.effects.add(`${step} ${generation}`);
    this.must({ is: 'succeed', ...about, output: result.output });
  }

  private retriesOf(step: string): number {
    return findStep(this.state, step)?.task.retry?.maxRetries ?? 0;
  }

  private chanceOf(step: string, generation: number, what: string): Chance {
    return new Chance(this.options.results, this.options.number ?? 1, step, generation, what);
  }

  /** Whether something is due to fail, and if not what it gives. */
  private resultOf(step: string, generation: number): Ending {
    const chance = this.chanceOf(step, generation, 'result');
    if (!chance.happens(this.options.mishaps ?? 0.25)) {
      return { is: 'completes', output: `${step} of ${this.options.number ?? 1}.${generation}` };
    }
    const [kind, code] = chance.pick([
      ['fatal', 'broken'],
      ['fatal', 'odd'],
      ['timeout', 'timeout'],
      ['transient', 'broken'],
    ] as const);
    return { is: 'fails', kind, code };
  }

  /** The timeout of a construct: for some it is met, unless they are over before. */
  private mayElapse({ step, generation, at }: OrderOf<'wake'>): Happening[] {
    if (!this.chanceOf(step, generation, 'elapses').happens(0.4)) return [];
    return [
      () => {
        this.now = Math.max(this.now, at);
        this.must({ is: 'elapse', step, generation });
        this.noteElapsed(step);
      },
    ];
  }

  private overdue(): string[] {
    const due = [...allSteps(this.state)].filter(({ state }) => {
      const time = state.at === 'inside' ? state.deadline : state.at === 'armed' ? state.until : undefined;
      return time !== undefined && time <= this.now;
    });
    return due.map(({ address }) => address);
  }

  /** If its own time was over, and it was not canceled by something around it. */
  private noteElapsed(address: string): void {
    const step = findStep(this.state, address);
    if (!step || step.state.at === 'canceled' || step.state.at === 'inside' || step.state.at === 'armed') return;
    const position = this.events.findLastIndex((event) => event.type === 'step_failed' && event.step === address);
    if (step.bodies) this.elapsed.set(address, position);
    else this.endings.set(address, this.lateEnding(step));
  }

  private lateEnding({ task: { work } }: Step): Ending {
    if (work.is === 'wait') return { is: 'completes', output: null };
    if (work.is !== 'approval' || work.onTimeout === 'fail') return { is: 'fails', kind: 'timeout', code: 'timeout' };
    return {
      is: 'completes',
      output: this.answer({ approved: work.onTimeout === 'approve', by: null, comment: null }),
    };
  }

  private answer(answer: ApprovalAnswer): Json {
    return { ...answer, at: new Date(this.now).toISOString() };
  }

  /** What an armed wait waits for comes, or does not come in time. */
  private comes({ step, generation, at }: OrderOf<'wake'>, { state }: Step): Happening[] {
    if (state.at !== 'armed') return [];
    const isLate = state.awaits.is === 'time' || this.chanceOf(step, generation, 'comes').happens(0.3);
    if (!isLate) return [];
    return [
      () => {
        this.now = Math.max(this.now, at);
        this.must({ is: 'elapse', step, generation });
        this.noteElapsed(step);
      },
    ];
  }

  /** What somebody outside may do for a step, some of it before the step waits for it. */
  private early(step: Step): Happening[] {
    const { state, address, generation, task } = step;
    const isOpen = state.at === 'pending' || state.at === 'armed';
    const comes = !this.chanceOf(address, generation, 'comes').happens(0.3);
    if (!isOpen || step.undoes) return [];
    const { work } = task;
    if (work.is === 'event' && (work.within === undefined || comes)) return this.happens(step);
    if (work.is === 'approval' && comes && state.at === 'armed') return [() => this.approve(address)];
    const isCalled = this.called.has(`${address} ${generation}`);
    if (work.is === 'webhook' && comes && !isCalled) return [() => this.callBack(step)];
    return [];
  }

  /** Events are delivered when one waits; before, now and then. */
  private happens({ task, state }: Step): Happening[] {
    if (state.at !== 'armed' && !this.chance.happens(0.1)) return [];
    const payload = { for: task.id };
    const name = task.work.is === 'event' && task.work.match ? 'said' : task.id;
    return [
      () => {
        const event = `event ${this.options.number ?? 1}.${++this.deliveries}`;
        this.unconsumed.push({ id: event, for: task.id });
        this.must({ is: 'deliver', event, name, payload });
        if (this.chance.happens(0.2) && !this.isOver) this.must({ is: 'deliver', event, name, payload });
      },
    ];
  }

  /** One event satisfies one wait, the oldest that fits (semantics 20). */
  private consume(address: string, event: string): void {
    const id = /([^/[]*)$/.exec(address)?.[1] as string;
    const oldest = this.unconsumed.findIndex((one) => one.for === id);
    if (this.unconsumed[oldest]?.id !== event)
      throw new Error(`${address} has consumed ${event}, not the oldest that fits`);
    this.unconsumed.splice(oldest, 1);
    this.endings.set(address, { is: 'completes', output: { for: id } });
  }

  private approve(step: string): void {
    const answer = { approved: this.chance.happens(0.5), by: 'ops', comment: null };
    this.must({ is: 'approve', step, ...answer });
    this.endings.set(step, { is: 'completes', output: this.answer(answer) });
  }

  private callBack(step: Step): void {
    const { address, generation } = step;
    const payload = `called ${address} of ${this.options.number ?? 1}.${generation}`;
    this.called.add(`${address} ${generation}`);
    this.endings.set(address, { is: 'completes', output: payload });
    this.must({ is: 'callback', token: callbackToken(this.state, step), payload });
  }

  private hearOfChild({ step, generation, execution, awaited }: OrderOf<'start-child'>, { state }: Step): void {
    const about = { is: 'child' as const, step, generation };
    if (state.at !== 'armed') return;
    if (!awaited) {
      this.endings.set(step, { is: 'completes', output: { execution_id: execution } });
      return this.must({ ...about, outcome: { is: 'started' } });
    }
    if (this.chance.happens(0.3)) return this.must({ ...about, outcome: { is: 'started' } });
    const result = this.resultOf(step, generation);
    this.endings.set(step, result);
    if (result.is === 'completes') this.must({ ...about, outcome: { is: 'completed', output: result.output } });
    else this.must({ ...about, outcome: { is: 'failed', failure: failure(result.kind as 'fatal', result.code) } });
  }
}

const receivedIn = (event: RunEvent): Extract<RunEvent, { type: 'event_received' }>[] =>
  event.type === 'event_received' ? [event] : [];
