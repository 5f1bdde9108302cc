import {
  findStep,
  isTerminalRun,
  replay,
  snapshot,
  type CompiledWorkflow,
  type Failure,
  type RunState,
} from '../../engine/core/index.js';
import type { Ended } from '../../engine/index.js';
import type { Attempt, AttemptOutcome, Batch, Committed, Publication } from '../../engine/ports/index.js';
import type { Uuid } from '../../kernel/index.js';
import { endsStep, isStepEvent, type ExecutionHistory, type History, type StepEvent, type Written } from './history.js';
import type { Invariant, Violation } from './invariants.js';
import { startedTooEarly } from './starts-after-needs.js';

/** What somebody outside may ask of an execution that runs. */
export type Asked = 'pause' | 'resume' | 'cancel';

const RECORDED_AS = { pause: 'execution_paused', resume: 'execution_resumed', cancel: 'execution_canceled' } as const;

/** Steps and events up to which the fold is compared at every publication; of larger executions now and then. */
const FOLDED_ALWAYS = 100;

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
  private publications = 0;
  private lastPosition = 0;

  constructor(
    private readonly history: History,
    private readonly compiled: CompiledWorkflow,
  ) {}

  violate(invariant: Invariant, message: string): void {
    this.violations.push({ invariant, message });
  }

  /** Another process reads the journal: what the one before it knew is gone. */
  restarted(): void {
    this.states.clear();
    this.published.clear();
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
    const recorded = this.history.of(execution)?.count(RECORDED_AS[asked]) ?? 0;
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

  /** The whole of it, at the end: also what was written and never published. */
  finish(starts: number): void {
    if (this.history.executions.size > starts)
      this.violate('I7', `${starts} start request(s) made ${this.history.executions.size} executions`);
    for (const [execution, history] of this.history.executions) {
      const state = this.fold(history);
      if (state) this.examine(execution, state);
      for (const asked of ['pause', 'resume', 'cancel'] as const) {
        const key = `${asked} ${execution}`;
        const most = (this.sent.get(key) ?? 0) - (this.refused.get(key) ?? 0);
        const count = history.count(RECORDED_AS[asked]);
        if (count > most)
          this.violate('E8', `${count} × ${asked} recorded of ${execution}, at most ${most} not refused`);
      }
    }
  }

  /** The fold of what is durable; undefined, and a violation, when the events do not fit together. */
  fold(history: ExecutionHistory): RunState | undefined {
    try {
      return replay(
        this.compiled,
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
    if (last && event.at < last.event.at) this.violate('I8', `${about} is earlier than the one before it`);
    if (history.ended && !(event.type as string).endsWith('reopened'))
      this.violate('I1', `${about} stands after ${history.ended.event.type}`);
    if (!isStepEvent(event)) return;
    const end = history.step(event.step, event.generation).ended;
    if (end) this.violate(endsStep(event) ? 'I4' : 'E2', `${about}: ${event.step} had ended as ${end.event.type}`);
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
    if (event.type === 'step_started' && event.attempt === 1) {
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
const isOwn = ({ kind, code }: Failure): boolean => kind === 'timeout' || code === 'attempt_lost';

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const clip = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
