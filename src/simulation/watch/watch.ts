import {
  findStep,
  isTerminalRun,
  replay,
  snapshot,
  type CompiledWorkflow,
  type Definitions,
  type Failure,
  type RunEvent,
  type RunState,
} from '../../engine/core/index.js';
import type { Ended } from '../../engine/index.js';
import type { Attempt, AttemptOutcome, Batch, Committed, Publication } from '../../engine/ports/index.js';
import type { Uuid } from '../../kernel/index.js';
import { tooEarly } from './deadlines.js';
import { disagreements } from './families.js';
import {
  endsStep,
  isStepEvent,
  type ExecutionHistory,
  type History,
  type StepEvent,
  type StepHistory,
  type Written,
} from './history.js';
import type { Invariant, Violation } from './invariants.js';
import { Rates } from './rates.js';
import { startedTooEarly } from './starts-after-needs.js';

/** What somebody outside may ask of an execution that runs. */
export type Asked = 'pause' | 'resume' | 'cancel';

const RECORDED_AS = { pause: 'execution_paused', resume: 'execution_resumed', cancel: 'execution_canceled' } as const;

/** It has paused by itself. */
const isOfBudget = (event: RunEvent): boolean => event.type === 'execution_paused' && event.exhausted !== undefined;

/** Whether an event is what such a request comes to at once: one that undoes what was done ends it later. */
const isAnswerTo = (asked: Asked, event: RunEvent): boolean =>
  (event.type === RECORDED_AS[asked] && !isOfBudget(event)) ||
  (asked === 'cancel' && event.type === 'compensation_started' && event.ending?.is === 'canceled');

/** Steps and events up to which the fold is compared at every publication; of larger executions now and then. */
const FOLDED_ALWAYS = 30;

const keyOf = ({ executionId, address, generation, attempt }: Attempt): string =>
  `${executionId} ${address} ${generation} ${attempt}`;

/** Looks on from outside, at the ports of an engine, and notes what must not happen. */
export class Watch {
  readonly violations: Violation[] = [];
  /** As they were last published by the process that lives; they go on changing. */
  readonly states = new Map<Uuid, RunState>();
  private readonly ran = new Set<string>();
  private readonly given = new Map<string, AttemptOutcome>();
  private readonly inputs = new Map<string, string>();
  private readonly sent = new Map<string, number>();
  private readonly granted = new Map<string, number>();
  private readonly refused = new Map<string, number>();
  private readonly examined = new Map<Uuid, number>();
  private readonly published = new Map<Uuid, number>();
  private readonly rates = new Rates();
  /** Executions of which the living process has written something. */
  private readonly touched = new Set<Uuid>();
  private publications = 0;
  private lastPosition = 0;

  constructor(
    private readonly history: History,
    private readonly definitions: CompiledWorkflow | Definitions,
  ) {}

  violate(invariant: Invariant, message: string): void {
    this.violations.push({ invariant, message });
  }

  /** Another process reads the journal: what the one before it knew is gone. */
  restarted(): void {
    this.states.clear();
    this.published.clear();
    this.touched.clear();
    this.rates.restarted();
    this.lastPosition = 0;
  }

  /** Right after a batch was written. */
  wrote(batch: Batch, committed: Committed): void {
    this.history.write(batch, committed, (history, written) => this.checkWritten(history, written));
  }

  publish(publications: readonly Publication[]): void {
    for (const { execution, state, events } of publications) {
      for (const { position, recorded } of events) {
        const written = this.history.of(execution)?.events[recorded.seq - 1];
        const about = `event ${recorded.seq} (${recorded.event.type}) of ${execution}`;
        if (written?.text !== JSON.stringify(recorded.event) || written.position !== position)
          this.violate('I6', `${about} was published and is not durable`);
        if (position <= this.lastPosition) this.violate('I8', `${about} was published out of order, or twice`);
        const before = this.published.get(execution);
        if (before !== undefined && recorded.seq !== before + 1)
          this.violate('I8', `${about} was published after event ${before}`);
        this.lastPosition = Math.max(this.lastPosition, position);
        this.published.set(execution, recorded.seq);
      }
      this.states.set(execution, state);
      this.checkFold(execution, state);
      this.examine(execution, state);
    }
  }

  /** An attempt is run. */
  began(attempt: Attempt): void {
    const key = keyOf(attempt);
    const name = `attempt ${attempt.attempt} of ${attempt.address}`;
    const history = this.history.of(attempt.executionId);
    const step = history?.steps.get(attempt.address);
    if (this.ran.has(key)) this.violate('I3', `${name} ran twice`);
    this.ran.add(key);
    const started = step?.started?.event;
    if (started?.type !== 'step_started' || started.attempt !== attempt.attempt)
      this.violate('I6', `${name} runs and its start is not durable`);
    if (step?.ended) this.violate('E2', `${name} runs although ${step.ended.event.type} is recorded`);
    if (history?.ended) this.violate('I1', `${name} runs although ${history.ended.event.type} is recorded`);
    const inputKey = `${attempt.executionId} ${attempt.address} ${attempt.generation}`;
    const input = JSON.stringify(attempt.input);
    const before = this.inputs.get(inputKey) ?? input;
    if (before !== input) this.violate('I4', `${name} got another input than the one before it`);
    this.inputs.set(inputKey, before);
  }

  /** The task gave this; called before the engine hears of it. */
  gave(attempt: Attempt, outcome: AttemptOutcome): void {
    this.given.set(keyOf(attempt), outcome);
  }

  startGranted(execution: Uuid): void {
    if (!this.history.of(execution))
      this.violate('I6', `the start of ${execution} was acknowledged and is not durable`);
  }

  /** Somebody asks. Until the answer it may or may not have been granted. */
  asked(asked: Asked, execution: Uuid): void {
    increase(this.sent, `${asked} ${execution}`);
  }

  answered(asked: Asked, execution: Uuid, how: 'granted' | 'refused'): void {
    const key = `${asked} ${execution}`;
    if (how === 'refused') return increase(this.refused, key);
    increase(this.granted, key);
    const recorded = this.history.of(execution)?.count((event) => isAnswerTo(asked, event)) ?? 0;
    if (recorded < (this.granted.get(key) ?? 0))
      this.violate('I6', `${asked} of ${execution} was acknowledged and is not durable`);
  }

  /** Somebody who waited for the end is told. */
  told(execution: Uuid, ended: Ended | undefined): void {
    const end = this.history.of(execution)?.ended?.event;
    if (ended === undefined) this.violate('E1', `who waited for the end of ${execution} was told that there is none`);
    else if (end?.type !== `execution_${ended.is}` || end.at !== ended.at)
      this.violate(
        'E1',
        `who waited was told that ${execution} is ${ended.is}; the journal says ${end?.type ?? 'nothing'}`,
      );
  }

  /** Something that was asked for is answered; `isIt` says whether an event of the execution is what was asked for. */
  acknowledged(what: string, execution: Uuid, isIt: (event: RunEvent) => boolean): void {
    if ((this.history.of(execution)?.count(isIt) ?? 0) === 0)
      this.violate('once', `${what} of ${execution} was acknowledged and is not durable`);
  }

  /** The whole of it, at the end: also what was written and never published. */
  finish(starts: number): void {
    const asked = [...this.history.executions.values()].filter(({ parent }) => !parent).length;
    if (asked > starts) this.violate('I7', `${starts} request(s) made ${asked} executions`);
    for (const why of disagreements(this.history)) this.violate('family', why);
    for (const [execution, history] of this.history.executions) {
      const state = this.fold(history);
      if (state) this.examine(execution, state);
      if (history.parent) continue; // its parent cancels it
      for (const asked of ['pause', 'resume', 'cancel'] as const) {
        const key = `${asked} ${execution}`;
        const most = (this.sent.get(key) ?? 0) - (this.refused.get(key) ?? 0);
        // One that its budget has paused goes on by itself when nothing is left of it that could use more.
        const byItself = asked === 'resume' ? history.count(isOfBudget) : 0;
        const count = history.count((event) => event.type === RECORDED_AS[asked] && !isOfBudget(event)) - byItself;
        if (count > most)
          this.violate('E8', `${count} × ${asked} recorded of ${execution}, at most ${most} not refused`);
      }
    }
  }

  /** The fold of what is durable; undefined, and a violation, when the events do not fit together. */
  fold(history: ExecutionHistory): RunState | undefined {
    try {
      return replay(
        this.definitions,
        history.events.map(({ event }) => event),
      );
    } catch (error) {
      this.violate('E6', `the journal of ${history.execution} does not fold: ${(error as Error).message}`);
      return undefined;
    }
  }

  private checkWritten(history: ExecutionHistory, written: Written): void {
    const { event, seq } = written;
    const last = history.events.at(-1);
    const about = `event ${seq} (${event.type}) of ${history.execution}`;
    if (seq !== history.events.length + 1) this.violate('I8', `${about} follows event ${last?.seq ?? 0}`);
    // The clock of another process may be another one.
    if (last && event.at < last.event.at && this.touched.has(history.execution))
      this.violate('I8', `${about} is earlier than the one before it`);
    this.touched.add(history.execution);
    if (history.ended && event.type !== 'execution_reopened')
      this.violate('I1', `${about} stands after ${history.ended.event.type}`);
    if (event.type === 'event_received' && history.received.has(event.event))
      this.violate('once', `${about}: ${event.event} was received before`);
    if (isStepEvent(event)) this.checkStepWritten(history, event, about);
  }

  private checkStepWritten(history: ExecutionHistory, event: StepEvent, about: string): void {
    const step = history.step(event.step, event.generation);
    const end = step.ended;
    if (end) this.violate(endsStep(event) ? 'I4' : 'E2', `${about}: ${event.step} had ended as ${end.event.type}`);
    const early = tooEarly(step, event);
    if (early !== undefined) this.violate('time', `${about} is ${early}`);
    const often = event.type === 'step_started' ? this.rates.exceeded(history, event) : undefined;
    if (often !== undefined) this.violate('limits', often);
    if (event.type === 'step_completed') this.checkConsumed(history, step, event);
  }

  private checkConsumed(
    history: ExecutionHistory,
    { armed }: StepHistory,
    { step, consumed }: Extract<StepEvent, { type: 'step_completed' }>,
  ): void {
    if (consumed === undefined) return;
    const name = history.received.get(consumed);
    if (name === undefined) this.violate('once', `${step} consumed ${consumed}, which was not received`);
    if (history.consumed.has(consumed)) this.violate('once', `${step} consumed ${consumed}, as another step had`);
    const awaits = armed?.event.type === 'step_armed' ? armed.event.awaits : undefined;
    if (awaits?.is === 'event' && awaits.name !== name)
      this.violate('once', `${step} waits for ${awaits.name} and consumed ${name}`);
  }

  private checkFold(execution: Uuid, state: RunState): void {
    const history = this.history.of(execution);
    if (!history || state.seq > history.events.length) return; // reported as I6
    const size = state.root.steps.length + history.events.length;
    this.publications += 1;
    const every = Math.ceil((size / FOLDED_ALWAYS) ** 2);
    if (this.publications % every !== 0 && !isTerminalRun(state.status)) return;
    const folded = this.fold(history);
    if (folded && JSON.stringify(snapshot(folded)) !== JSON.stringify(snapshot(state)))
      this.violate('E6', `the state of ${execution} after event ${state.seq} is not the fold of its journal`);
  }

  /** What needs the definition: looked at when the state is at hand. */
  private examine(execution: Uuid, state: RunState): void {
    const history = this.history.of(execution);
    if (!history) return;
    const from = this.examined.get(execution) ?? 0;
    for (const written of history.events.slice(from, state.seq)) {
      const { event } = written;
      if (isStepEvent(event)) this.examineStep(history, state, written);
    }
    this.examined.set(execution, Math.max(from, state.seq));
  }

  private examineStep(history: ExecutionHistory, state: RunState, written: Written): void {
    const event = written.event as StepEvent;
    const step = findStep(state, event.step);
    if (step?.task.work.is !== 'task') return;
    const isInGraph = !step.undoes && !step.isNotice;
    if (event.type === 'step_started' && event.attempt === 1 && isInGraph && !migratedAfter(history, written)) {
      const why = startedTooEarly(history, step, written);
      if (why !== undefined) this.violate('E3', `${event.step} started although ${why}`);
    }
    if (!('attempt' in event) || event.attempt === 0) return;
    const { step: address, generation, attempt } = event;
    const given = this.given.get(`${history.execution} ${address} ${generation} ${attempt}`);
    const recorded = outcomeIn(event);
    if (recorded && !isSame(given, recorded))
      this.violate('I4', `attempt ${attempt} of ${address} is recorded as ${clip(recorded)}; it gave ${clip(given)}`);
  }
}

const migratedAfter = ({ events }: ExecutionHistory, { seq }: Written): boolean =>
  events.slice(seq).some(({ event }) => event.type === 'execution_migrated');

/** What an event says that an attempt gave; undefined when it says nothing, or what the engine itself made of it. */
const outcomeIn = (event: StepEvent): AttemptOutcome | undefined => {
  switch (event.type) {
    case 'step_completed':
      return { is: 'completed', output: event.output };
    case 'attempt_failed':
    case 'step_failed':
      return isOwn(event.failure) ? undefined : { is: 'failed', failure: event.failure };
    default:
      return undefined;
  }
};

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Failures that the engine makes, whatever the task gives. */
const isOwn = ({ kind, code }: Failure): boolean =>
  kind === 'timeout' || code === 'attempt_lost' || code === 'expression_error';

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const clip = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
