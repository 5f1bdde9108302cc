import {
  decide,
  findStep,
  isTerminalRun,
  patternOf,
  plan,
  startRun,
  type ChildOrder,
  type Failure,
  type Order,
  type ReadyOrder,
  type RunEvent,
  type RunOrder,
  type RunRequest,
  type RunState,
} from '../../../../engine/core/index.js';
import { Dispatcher, TaskLimits, type Holder } from '../../../../engine/dispatch/index.js';
import { drawn, hashOf, type Millis, type Timer } from '../../../../kernel/index.js';
import { addressUpTo, segmentsOf } from '../history/crowding.js';
import type { Sampler } from '../history/histogram.js';
import { Agenda } from './agenda.js';
import { ABOUT, drawFrame, TooLarge, type Resample } from './draws.js';
import type { EngineLimits, GanttRow, VirtualOutcome } from './outcome.js';
import type { Skeleton } from './skeleton.js';
import type { FailureShare, TaskModel } from './task-model.js';

export interface VirtualRequest extends Resample {
  readonly skeleton: Skeleton;
  readonly limits: EngineLimits;
  /** Decisions after which it is given up. */
  readonly maxDecisions: number;
  /** Told of every attempt and wait. */
  readonly record?: (row: GanttRow) => void;
}

type Entry =
  | { readonly is: 'request'; readonly request: RunRequest }
  | { readonly is: 'ready'; readonly order: ReadyOrder }
  | { readonly is: 'ring'; readonly ring: () => void };

interface Running {
  readonly attempt: number;
  readonly startedAt: Millis;
  readonly model: TaskModel;
}

/** Of a task whose failures have no known class. */
const FAILS: FailureShare = { kind: 'transient', code: 'unknown', upTo: 1 };
const TIMEOUT = 'timeout';
const SUCCEED = { is: 'succeed', output: null } as const;
const COMPLETED = { is: 'completed', output: null } as const;
const BILLION = 1e9;
const PINNED = { id: 'simulated', name: 'simulated', version: '1.0.0', definition: 'skeleton' };
const ITEMS = /\[[^\]]*\]/g;

/** Where it crowds with others; undefined: that makes no difference to it. */
const placeIn = (step: string, { crowd }: TaskModel): string | undefined =>
  crowd && (crowd.owner === '' ? '' : addressUpTo(step, segmentsOf(crowd.owner)));

const toFailure = ({ kind, code }: FailureShare): Failure => ({ kind, code, message: code });

/** How long an attempt takes that ends so. */
const samplerFor = (model: TaskModel, failure: FailureShare | undefined): Sampler =>
  failure ? (failure.stoppedAt ?? failure.durations ?? model.failedDurations) : model.durations;

/** A whole number for which items and iterations an address is in; 0: in none. */
const instanceOf = (address: string): number =>
  address.includes('[') ? hashOf((address.match(ITEMS) ?? []).join('')) : 0;

/** One run of a skeleton in virtual time, decided by the engine's core. */
export class VirtualRun {
  private readonly agenda = new Agenda<Entry>();
  private readonly holder: Holder = { slots: new Map() };
  private readonly dispatcher: Dispatcher<Holder>;
  private readonly taskLimits: TaskLimits;
  private readonly running = new Map<string, Running>();
  private readonly waiting = new Map<string, Millis>();
  private readonly delayed = new Set<string>();
  /** The code of the last failed attempt, by step. */
  private readonly failedWith = new Map<string, string>();
  private now = 0;
  private deadline: Millis | undefined;
  private decisions = 0;
  private attempts = 0;
  private failedAttempts = 0;
  private busy = 0;
  private trusted = 0;
  private assumed = 0;
  private readonly held = new Map<string, Millis>();
  /** When each step that has not begun could have. */
  private readonly since = new Map<string, Millis>();
  /** Attempts that began just now, and do not know yet beside how many others. */
  private fresh: (() => void)[] = [];
  private readonly crowds = new Map<string, number>();
  private tokens = 0;
  private nano = 0;

  constructor(private readonly request: VirtualRequest) {
    const { maxRunningTasks = 1000, perTask } = request.limits;
    const timers = {
      now: (): Millis => this.now,
      at: (time: Millis, callback: () => void): Timer => this.ring(time, callback),
    };
    this.dispatcher = new Dispatcher({ slots: maxRunningTasks, timers, onRoom: () => undefined });
    this.taskLimits = new TaskLimits(perTask);
  }

  run(): VirtualOutcome {
    const state = this.start();
    if (!state) return this.outcome('exhausted');
    while (!isTerminalRun(state.status)) {
      if (this.decisions > this.request.maxDecisions) return this.outcome('exhausted');
      this.grant(state);
      if (isTerminalRun(state.status)) break;
      this.settle();
      const next = this.agenda.next;
      if (next === undefined) return this.outcome('waits');
      this.now = next;
      // As in the engine: what comes at one time is decided before slots are granted anew.
      while (this.agenda.next === next) this.happen(state, this.agenda.take() as Entry);
    }
    return this.outcome(state.status.is === 'completed' ? 'completed' : 'failed');
  }

  private start(): RunState | undefined {
    const { skeleton, seed, index, maxDecisions } = this.request;
    try {
      const input = drawFrame(skeleton.frame, 0, { seed, index, budget: { left: maxDecisions } });
      const about = { workflow: PINNED, input, metadata: {}, options: {} };
      const started = startRun({ at: 0, execution: `${seed}/${index}`, compiled: skeleton.compiled, ...about });
      if (started.is === 'refused') throw new Error(`a skeleton does not start: ${JSON.stringify(started.refusal)}`);
      const { state, events } = started;
      this.follow(state, events);
      return state;
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  }

  private outcome(end: VirtualOutcome['end']): VirtualOutcome {
    for (const [step, running] of this.running) this.endAttempt(step, running, 'stopped');
    const { now: makespan, attempts, failedAttempts, busy, trusted, assumed, held, tokens, decisions } = this;
    const cost = this.nano / BILLION;
    return { end, makespan, attempts, failedAttempts, busy, trusted, assumed, held, tokens, cost, decisions };
  }

  /** Those that begin at one time are all there when it is told how many there are. */
  private settle(): void {
    const { fresh } = this;
    this.fresh = [];
    for (const tell of fresh) tell();
  }

  private push(order: ReadyOrder): void {
    this.since.set(order.step, this.now);
    this.dispatcher.push(this.holder, order);
  }

  /** One that was canceled while it waited is refused, and the next is asked for. */
  private grant(state: RunState): void {
    while (!isTerminalRun(state.status)) {
      const next = this.dispatcher.next(this.now);
      if (!next) return;
      const { step, generation } = next.order;
      this.ask(state, { is: 'begin', at: this.now, step, generation });
    }
  }

  private happen(state: RunState, entry: Entry): void {
    if (isTerminalRun(state.status)) return;
    if (entry.is === 'ring') entry.ring();
    else if (entry.is === 'ready') this.push(entry.order);
    else this.ask(state, entry.request);
  }

  private ring(time: Millis, callback: () => void): Timer {
    let isCanceled = false;
    this.agenda.add(time, { is: 'ring', ring: () => isCanceled || callback() });
    return { cancel: () => void (isCanceled = true) };
  }

  /** False: it came too late. */
  private ask(state: RunState, request: RunRequest): boolean {
    this.decisions += 1;
    const decision = decide(state, request);
    if (decision.is === 'refused') return false;
    this.follow(state, decision.events);
    return true;
  }

  private follow(state: RunState, events: readonly RunEvent[]): void {
    this.dispatcher.account(this.holder, events);
    for (const event of events) this.hear(event);
    for (const order of plan(state)) this.carryOut(state, order);
    if (state.deadline === undefined || state.deadline === this.deadline) return;
    this.deadline = state.deadline;
    this.later(state.deadline, { is: 'expire-execution', at: state.deadline });
  }

  private hear(event: RunEvent): void {
    switch (event.type) {
      case 'step_completed':
      case 'step_failed':
      case 'attempt_failed':
        this.endOf(event.step, event.type === 'step_completed' ? 'completed' : 'failed');
        return;
      case 'step_canceled':
        this.endOf(event.step, 'stopped');
        return;
      case 'step_armed':
        this.waiting.set(event.step, event.at);
        if (event.awaits.is === 'approval') this.answer(event.step);
        return;
      default:
    }
  }

  private endOf(step: string, outcome: 'completed' | 'failed' | 'stopped'): void {
    const running = this.running.get(step);
    if (running) this.endAttempt(step, running, outcome);
    const since = this.waiting.get(step);
    if (since === undefined) return;
    this.waiting.delete(step);
    this.request.record?.({ step, attempt: 0, start: since, end: this.now, outcome: 'waited' });
  }

  private endAttempt(step: string, { attempt, startedAt, model }: Running, outcome: GanttRow['outcome']): void {
    this.running.delete(step);
    const place = placeIn(step, model);
    if (place !== undefined) this.crowds.set(place, (this.crowds.get(place) ?? 0) - 1);
    const length = this.now - startedAt;
    this.busy += length;
    this.trusted += length * model.trust;
    if (model.basis === 'assumed') this.assumed += length;
    if (outcome === 'failed') this.failedAttempts += 1;
    this.request.record?.({ step, attempt, start: startedAt, end: this.now, outcome });
  }

  private carryOut(state: RunState, order: Order): void {
    switch (order.is) {
      case 'ready':
        return this.ready(state, order);
      case 'run':
        return this.begin(order);
      case 'stop':
        return this.stop(state, order.step, order.attempt);
      case 'wake': {
        const { step, generation, at } = order;
        return this.later(at, { is: 'elapse', at, step, generation });
      }
      case 'start-child':
        return this.startChild(order);
      default:
    }
  }

  /** A journal orders to stop what a retry has replaced. */
  private stop(state: RunState, step: string, attempt: number): void {
    const running = this.running.get(step);
    if (running?.attempt === attempt) this.endAttempt(step, running, 'stopped');
    if (findStep(state, step)?.state.at !== 'running') this.dispatcher.free(this.holder, step);
  }

  private ready(state: RunState, order: ReadyOrder): void {
    const { step, generation, notBefore, cacheKey } = order;
    const model = this.modelOf(step);
    const isFirst = notBefore === undefined;
    if (isFirst && cacheKey !== undefined && this.draw(model, order, ABOUT.recall) < model.recalled) {
      return this.later(this.now, { is: 'recall', at: this.now, step, generation, cacheKey, output: null });
    }
    const granted = this.taskLimits.addTo(order, state);
    const waits = isFirst && model.queue && order.limits.length === 0 && !this.delayed.has(step);
    const delay = waits && model.queue ? Math.round(model.queue.at(this.draw(model, order, ABOUT.queue))) : 0;
    if (waits) this.delayed.add(step);
    const at = (notBefore ?? this.now) + delay;
    if (at <= this.now) this.push(granted);
    else this.agenda.add(at, { is: 'ready', order: granted });
  }

  private begin(order: RunOrder): void {
    const { step, attempt } = order;
    if (this.running.get(step)?.attempt === attempt) return;
    const model = this.modelOf(step);
    this.running.set(step, { attempt, startedAt: this.now, model });
    this.noteHeld(step, this.now - (this.since.get(step) ?? this.now));
    this.attempts += 1;
    const place = placeIn(step, model);
    if (place === undefined) return this.goOn(order, model, 1);
    this.crowds.set(place, (this.crowds.get(place) ?? 0) + 1);
    this.fresh.push(() => {
      if (this.running.get(step)?.attempt === attempt) this.goOn(order, model, this.crowds.get(place) ?? 1);
    });
  }

  private noteHeld(step: string, time: Millis): void {
    this.since.delete(step);
    if (time <= 0) return;
    const pattern = patternOf(step);
    this.held.set(pattern, (this.held.get(pattern) ?? 0) + time);
  }

  /** `level`: attempts that run beside it, itself counted. */
  private goOn(order: RunOrder, model: TaskModel, level: number): void {
    const { step, generation, attempt, deadline } = order;
    const about = { step, generation, attempt };
    const failure = this.failureOf(model, about, level);
    this.spend(model, about, failure !== undefined);
    const share = this.draw(model, about, ABOUT.duration);
    // What a timeout has stopped runs until the one that there is now, or ends before that after all.
    if (failure?.stoppedAt && deadline !== undefined) return this.goOnPast(order, model.tail?.at(share));
    const slower = failure ? 1 : (model.crowd?.slower(level) ?? 1);
    const at = this.now + Math.round(slower * samplerFor(model, failure).at(share));
    this.later(at, failure ? { is: 'fail', at, ...about, failure: toFailure(failure) } : { ...SUCCEED, at, ...about });
    if (failure) this.failedWith.set(step, failure.code);
    if (deadline !== undefined && deadline <= at) this.expire(order, deadline);
  }

  /** `length`: how long it takes; undefined: it hangs. */
  private goOnPast(order: RunOrder, length: Millis | undefined): void {
    const { step, generation, attempt, deadline = Infinity } = order;
    const at = this.now + Math.round(length ?? Infinity);
    if (at < deadline) this.later(at, { ...SUCCEED, at, step, generation, attempt });
    else this.expire(order, deadline);
  }

  private expire({ step, generation, attempt }: RunOrder, at: Millis): void {
    this.failedWith.set(step, TIMEOUT);
    this.later(at, { is: 'expire', at, step, generation, attempt });
  }

  /** In whole billionths, so that the sum is the same in every order. */
  private spend(model: TaskModel, about: Pick<RunOrder, 'step' | 'attempt'>, hasFailed: boolean): void {
    const spends = hasFailed ? model.failedSpends : model.spends;
    if (!spends) return;
    const share = this.draw(model, about, ABOUT.spending);
    this.tokens += spends.tokens.at(share);
    this.nano += Math.round(spends.nano?.at(share) ?? 0);
  }

  private failureOf(model: TaskModel, about: Pick<RunOrder, 'step' | 'attempt'>, level = 1): FailureShare | undefined {
    const probability =
      model.fails(about.attempt, this.failedWith.get(about.step)) * (model.crowd?.failsMore(level) ?? 1);
    if (probability === 0 || this.draw(model, about, ABOUT.fails) >= probability) return undefined;
    const which = this.draw(model, about, ABOUT.failure);
    const classes = about.attempt === 1 ? model.firstClasses : model.classes;
    return classes.find(({ upTo }) => which < upTo) ?? FAILS;
  }

  /** Somebody answers in time, or never. */
  private answer(step: string): void {
    const model = this.modelOf(step);
    if (this.draw(model, { step }, ABOUT.fails) < model.fails(1)) return;
    const at = this.now + Math.round(model.durations.at(this.draw(model, { step }, ABOUT.duration)));
    this.later(at, { is: 'approve', at, step, approved: true, by: null, comment: null });
  }

  private startChild({ step, generation, awaited }: ChildOrder): void {
    const model = this.modelOf(step);
    const about = { is: 'child', step, generation } as const;
    if (!awaited) return this.later(this.now, { ...about, at: this.now, outcome: { is: 'started' } });
    const at = this.now + Math.round(model.durations.at(this.draw(model, about, ABOUT.duration)));
    const failure = this.failureOf(model, { step, attempt: 1 });
    this.spend(model, { step, attempt: 1 }, failure !== undefined);
    const outcome = failure ? ({ is: 'failed', failure: toFailure(failure) } as const) : COMPLETED;
    this.later(at, { ...about, at, outcome });
  }

  private later(at: Millis, request: RunRequest): void {
    this.agenda.add(at, { is: 'request', request });
  }

  private modelOf(step: string): TaskModel {
    const model = this.request.skeleton.models.get(patternOf(step));
    if (!model) throw new Error(`the skeleton has no task for ${step}`);
    return model;
  }

  /** The same for a step, an attempt and a purpose in every version of a workflow: common random numbers. */
  private draw(
    { key }: TaskModel,
    about: Pick<RunOrder, 'step'> & { readonly attempt?: number },
    what: number,
  ): number {
    const { seed, index } = this.request;
    return drawn(seed, index, key, instanceOf(about.step), what, about.attempt ?? 0);
  }
}
