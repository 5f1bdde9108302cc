import {
  decide,
  endOf,
  findStep,
  isTerminalRun,
  plan,
  startRun,
  type ChildOrder,
  type CompiledWorkflow,
  type Failure,
  type Order,
  type RunEvent,
  type RunOrder,
  type RunRequest,
  type RunState,
} from '../../../engine/core/index.js';
import { Dispatcher, type Holder } from '../../../engine/dispatch/index.js';
import { canonicalJson, drawn, hashOf, type Json, type Millis, type Timer } from '../../../kernel/index.js';
import { actionOf, effectsOf, type Facts } from '../ir/index.js';
import { Agenda } from '../simulate/index.js';
import type { MadeUpValues } from './made-up-values.js';

/** One run of a task with effects. */
export interface Deed {
  readonly step: string;
  /** What it is asked to do, and how that came out. */
  readonly said: string;
  readonly begin: Millis;
  end: Millis;
}

/** What anybody could tell of a run. */
export interface Told {
  /** `open`: it waits for what nobody gives, or went on for too long. */
  readonly end: 'completed' | 'failed' | 'open';
  readonly output: string;
  readonly deeds: readonly Deed[];
  readonly decisions: number;
}

export interface MadeUpRequest {
  readonly compiled: CompiledWorkflow;
  readonly values: MadeUpValues;
  readonly facts: Facts;
  /** What everything answers, and what fails. */
  readonly world: number;
  /** 0..1. */
  readonly mishaps: number;
  /** How long everything takes. */
  readonly schedule: number;
  readonly maxDecisions: number;
}

/** The core task whose output is what it is given. */
const ECHO = 'core/value';
/** Characters of an input that is echoed whole: what holds two echoes of what holds two echoes doubles with every task. */
const MOST_ECHOED = 500;
const PINNED = { id: 'made-up', name: 'made-up', version: '1.0.0', definition: 'made-up' };
const LONGEST = 1000;
const TURNS = 16;
const ABOUT = { takes: 1, fails: 2, kind: 3, turn: 4 } as const;

/** A run of a real definition, with the engine's core, on tasks that answer what a seed says, in virtual time. */
export class MadeUpRun {
  private readonly agenda = new Agenda<() => void>();
  private readonly holder: Holder = { slots: new Map() };
  private readonly dispatcher: Dispatcher<Holder>;
  private readonly open = new Map<string, Deed>();
  private readonly deeds: Deed[] = [];
  private now = 0;
  private decisions = 0;
  private output = '';
  private state!: RunState;

  constructor(private readonly request: MadeUpRequest) {
    const timers = {
      now: (): Millis => this.now,
      at: (time: Millis, ring: () => void): Timer => this.ring(time, ring),
    };
    this.dispatcher = new Dispatcher({ slots: Infinity, timers, onRoom: () => undefined });
  }

  run(): Told {
    const { compiled, values, world, maxDecisions } = this.request;
    const about = { workflow: PINNED, input: values.inputFor(world), metadata: {}, options: {} };
    const started = startRun({ at: 0, execution: `${world}`, compiled, ...about });
    if (started.is === 'refused') return this.told('open');
    this.state = started.state;
    this.follow(started.events);
    while (!isTerminalRun(this.state.status)) {
      this.grant();
      const next = this.agenda.next;
      if (next === undefined || this.decisions > maxDecisions) return this.told('open');
      this.now = next;
      while (this.agenda.next === next && !isTerminalRun(this.state.status)) this.agenda.take()?.();
    }
    return this.told(this.state.status.is === 'completed' ? 'completed' : 'failed');
  }

  private told(end: Told['end']): Told {
    for (const deed of this.open.values()) deed.end = Infinity;
    return { end, output: this.output, deeds: this.deeds, decisions: this.decisions };
  }

  private grant(): void {
    for (let next = this.dispatcher.next(this.now); next; next = this.dispatcher.next(this.now)) {
      const { step, generation } = next.order;
      this.ask({ is: 'begin', at: this.now, step, generation });
      if (isTerminalRun(this.state.status)) return;
    }
  }

  private ring(time: Millis, ring: () => void): Timer {
    let isCanceled = false;
    this.agenda.add(time, () => isCanceled || ring());
    return { cancel: () => void (isCanceled = true) };
  }

  private later(at: Millis, request: RunRequest): void {
    this.agenda.add(at, () => this.ask(request));
  }

  private ask(request: RunRequest): void {
    this.decisions += 1;
    const decision = decide(this.state, request);
    if (decision.is === 'accepted') this.follow(decision.events);
  }

  private follow(events: readonly RunEvent[]): void {
    this.dispatcher.account(this.holder, events);
    for (const event of events) this.hear(event);
    for (const order of plan(this.state)) this.carryOut(order);
  }

  private hear(event: RunEvent): void {
    const end = endOf(event);
    if (end?.is === 'completed') this.output = canonicalJson(end.output);
    if (event.type === 'step_armed' && event.awaits.is === 'approval') this.approve(event.step);
    const isOver = ['step_completed', 'step_failed', 'attempt_failed', 'step_canceled'].includes(event.type);
    if (!isOver || !('step' in event)) return;
    const deed = this.open.get(event.step);
    if (deed) deed.end = this.now;
    this.open.delete(event.step);
  }

  private approve(step: string): void {
    const at = this.now + this.takes(step, 1);
    this.later(at, { is: 'approve', at, step, approved: true, by: null, comment: null });
  }

  private carryOut(order: Order): void {
    switch (order.is) {
      case 'ready': {
        // Who comes first where there is a limit is for the schedule to say, not for the order of the definition.
        const turn =
          order.limits.length > 0 ? Math.floor(this.drawn(order.step, ABOUT.turn, order.generation) * TURNS) : 0;
        const at = (order.notBefore ?? this.now) + turn;
        if (at <= this.now) return this.dispatcher.push(this.holder, order);
        return this.agenda.add(at, () => this.dispatcher.push(this.holder, order));
      }
      case 'run':
        return this.begin(order);
      case 'wake':
        return this.later(order.at, { is: 'elapse', at: order.at, step: order.step, generation: order.generation });
      case 'stop':
        if (findStep(this.state, order.step)?.state.at !== 'running') this.dispatcher.free(this.holder, order.step);
        return;
      case 'start-child':
        return this.startChild(order);
      default:
    }
  }

  private begin(order: RunOrder): void {
    const { step, generation, attempt, type, input } = order;
    const task = findStep(this.state, step)?.task;
    const effects = task ? effectsOf(task, this.request.facts) : 'write';
    const said = `${(task && actionOf(task)) ?? type} ${canonicalJson(input)}`;
    // What does the same without an effect answers the same, whichever task asks.
    const key = hashOf(effects === 'pure' ? said : `${step} ${said}`);
    const failure = this.failureOf(key, attempt);
    if (effects !== 'pure') this.do(step, `${said} ${failure?.kind ?? 'completed'}`);
    const at = this.now + this.takes(step, attempt);
    const about = { at, step, generation, attempt };
    if (failure) return this.later(at, { is: 'fail', ...about, failure });
    const isEchoed = type === ECHO && said.length <= MOST_ECHOED;
    this.later(at, { is: 'succeed', ...about, output: isEchoed ? input : this.answerOf(type, key) });
  }

  private answerOf(type: string, key: number): Json {
    return this.request.values.outputFor(type, (key ^ this.request.world) >>> 0);
  }

  private do(step: string, said: string): void {
    const deed = { step, said, begin: this.now, end: Infinity };
    this.deeds.push(deed);
    this.open.set(step, deed);
  }

  private failureOf(key: number, attempt: number): Failure | undefined {
    const { world, mishaps } = this.request;
    if (drawn(world, key, ABOUT.fails, attempt) >= mishaps) return undefined;
    const kind = drawn(world, key, ABOUT.kind) < 0.5 ? 'fatal' : 'transient';
    return { kind, code: 'made_up', message: 'made up' };
  }

  private takes(step: string, attempt: number): Millis {
    return 1 + Math.floor(this.drawn(step, ABOUT.takes, attempt) * LONGEST);
  }

  /** The same in both versions. */
  private drawn(step: string, what: number, number: number): number {
    return drawn(this.request.schedule, hashOf(step), what, number);
  }

  private startChild({ step, generation, awaited, workflow, input }: ChildOrder): void {
    this.do(step, `${workflow.name} ${canonicalJson(input)}`);
    const about = { is: 'child', step, generation } as const;
    if (!awaited) return this.later(this.now, { ...about, at: this.now, outcome: { is: 'started' } });
    const at = this.now + this.takes(step, 1);
    const output = this.request.values.outputFor('workflow', hashOf(`${step} ${canonicalJson(input)}`) >>> 0);
    this.later(at, { ...about, at, outcome: { is: 'completed', output } });
  }
}
