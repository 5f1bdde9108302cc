import { isInside, type RecordedEvent, type RunEvent, type TraceOrigin } from '../../engine/core/index.js';
import type { Failure } from '../../engine/core/index.js';
import type { Instant, Uuid } from '../../kernel/index.js';
import {
  attemptSpan,
  executionSpan,
  stepSpan,
  traceOf,
  type Attributes,
  type FinishedSpan,
  type SpanEvent,
} from './span.js';

/** What is known of the workflow that an execution is one of. */
export interface TracedWorkflow {
  readonly id: Uuid;
  readonly name: string;
  readonly version: string;
}

export interface TracedExecution {
  readonly execution: Uuid;
  readonly workflow: TracedWorkflow;
  readonly origin: TraceOrigin | undefined;
}

/** What the state says about the step of an event. */
export interface AboutStep {
  /** What runs: `http/request`, `map`, `approval`. */
  readonly type: string;
  readonly isTask: boolean;
  /** The construct that it is in. */
  readonly owner: { readonly address: string; readonly generation: number } | undefined;
}

export type Look = (address: string) => AboutStep | undefined;

/** A step that has begun. */
interface OpenStep {
  readonly start: Instant;
  readonly generation: number;
  attempt: number;
  attemptStart: Instant;
}

type Ending = 'completed' | 'failed' | 'canceled' | 'lost';

interface StepEnd {
  readonly step: string;
  readonly at: Instant;
  readonly ending: Ending;
  readonly failure?: Failure;
}

/** Events of the execution itself that are kept for its span. */
const MOST_EVENTS = 100;

/** Folds the journal of one execution into spans: one of its own, one for each step that ran, and one for each attempt of those that took several. */
export class ExecutionTrace {
  readonly trace: string;
  private start: Instant | undefined;
  private generation = 1;
  private events: SpanEvent[] = [];
  private readonly open = new Map<string, OpenStep>();

  constructor(private readonly about: TracedExecution) {
    this.trace = traceOf(about.execution, about.origin);
  }

  /** What ended with the event. */
  take({ event }: RecordedEvent, look: Look): readonly FinishedSpan[] {
    switch (event.type) {
      case 'execution_started':
        this.start = event.at;
        return [];
      case 'execution_reopened':
        this.start = event.at;
        this.generation = event.generation;
        this.events = [];
        this.open.clear();
        return [];
      case 'execution_paused':
      case 'execution_resumed':
      case 'execution_migrated':
        this.note(event.type.slice('execution_'.length), event.at);
        return [];
      case 'execution_completed':
      case 'execution_failed':
      case 'execution_canceled':
        return this.ended(event, look);
      default:
        return this.takeStep(event, look);
    }
  }

  /** The span of the execution as it is now. */
  get id(): string {
    return executionSpan(this.about.execution, this.generation);
  }

  private takeStep(event: RunEvent, look: Look): readonly FinishedSpan[] {
    switch (event.type) {
      case 'step_started':
      case 'step_armed':
      case 'step_opened':
        this.begin(event);
        return [];
      case 'attempt_failed':
        return this.attemptEnded({ step: event.step, at: event.at, ending: 'failed', failure: event.failure });
      case 'attempt_lost':
        return this.attemptEnded({ step: event.step, at: event.at, ending: 'lost' });
      case 'step_completed':
        return this.stepEnded({ step: event.step, at: event.at, ending: 'completed' }, look);
      case 'step_failed':
        return this.stepEnded({ step: event.step, at: event.at, ending: 'failed', failure: event.failure }, look);
      case 'step_canceled':
        return this.stepEnded({ step: event.step, at: event.at, ending: 'canceled' }, look);
      case 'body_opened':
      case 'body_closed':
        return (event.canceled ?? []).flatMap((step) =>
          this.stepEnded({ step, at: event.at, ending: 'canceled' }, look),
        );
      default:
        return [];
    }
  }

  private begin(event: { step: string; at: Instant; generation: number; attempt?: number }): void {
    const { step, at, generation, attempt = 0 } = event;
    const before = this.open.get(step);
    if (before?.generation === generation) {
      before.attempt = attempt;
      before.attemptStart = at;
    } else this.open.set(step, { start: at, generation, attempt, attemptStart: at });
  }

  private note(name: string, at: Instant): void {
    if (this.events.length < MOST_EVENTS) this.events.push({ name, at });
  }

  /** Of a step that needs one only, the attempt is the step. */
  private attemptEnded({ step, at, ending, failure }: StepEnd): readonly FinishedSpan[] {
    const open = this.open.get(step);
    if (!open) return [];
    const parent = stepSpan(this.about.execution, step, open.generation);
    return [
      {
        ...{ trace: this.trace, id: attemptSpan(parent, open.attempt), parent: { id: parent, isRemote: false } },
        ...{ isServed: false, name: `attempt ${open.attempt}`, start: open.attemptStart, end: at, events: [] },
        attributes: { 'harmonia.attempt': open.attempt, 'harmonia.outcome': ending, ...failed(failure) },
        ...errorOf(ending, failure),
      },
    ];
  }

  private stepEnded(end: StepEnd, look: Look): readonly FinishedSpan[] {
    const { step, at, ending, failure } = end;
    const about = look(step);
    const open = this.open.get(step);
    // What is decided at once, without running, is no work: a switch, a result that was known.
    if (!open) return [];
    const last = open.attempt > 1 ? this.attemptEnded(end) : [];
    const inside = about?.isTask === false ? this.canceledInside(step, at, look) : [];
    this.open.delete(step);
    const { execution } = this.about;
    const owner = about?.owner;
    const parent = owner ? stepSpan(execution, owner.address, owner.generation) : this.id;
    return [
      ...inside,
      ...last,
      {
        ...{
          trace: this.trace,
          id: stepSpan(execution, step, open.generation),
          parent: { id: parent, isRemote: false },
        },
        ...{ isServed: false, name: nameOf(step), start: open.start, end: at, events: [] },
        attributes: {
          'harmonia.execution.id': execution,
          'harmonia.step.address': step,
          'harmonia.step.generation': open.generation,
          ...(about && { 'harmonia.task.type': about.type }),
          ...(open.attempt > 0 && { 'harmonia.attempts': open.attempt }),
          'harmonia.outcome': ending,
          ...failed(failure),
        },
        ...errorOf(ending, failure),
      },
    ];
  }

  private canceledInside(construct: string, at: Instant, look: Look): readonly FinishedSpan[] {
    const inside = [...this.open.keys()].filter((step) => isInside(step, construct));
    return inside.flatMap((step) => this.stepEnded({ step, at, ending: 'canceled' }, look));
  }

  private ended(event: Extract<RunEvent, { type: `execution_${Ending}` }>, look: Look): readonly FinishedSpan[] {
    const { execution, workflow, origin } = this.about;
    const { at } = event;
    const left = [...this.open.keys()].flatMap((step) => this.stepEnded({ step, at, ending: 'canceled' }, look));
    const failure = event.type === 'execution_failed' ? event.failure : undefined;
    const ending = event.type.slice('execution_'.length) as Ending;
    const isServed = origin?.sampled !== undefined;
    return [
      ...left,
      {
        ...{ trace: this.trace, id: this.id, isServed, name: `workflow ${workflow.name}` },
        ...(origin && { parent: { id: origin.span, isRemote: isServed } }),
        ...(origin?.state !== undefined && { state: origin.state }),
        ...{ start: this.start ?? at, end: at, events: this.events },
        attributes: {
          'harmonia.execution.id': execution,
          'harmonia.workflow.id': workflow.id,
          'harmonia.workflow.name': workflow.name,
          'harmonia.workflow.version': workflow.version,
          'harmonia.execution.generation': this.generation,
          'harmonia.outcome': ending,
          ...failed(failure),
        },
        ...errorOf(ending, failure),
      },
    ];
  }
}

const nameOf = (step: string): string => step.slice(step.lastIndexOf('/') + 1).replace(/\[.*\]/, '');

const failed = (failure: Failure | undefined): Attributes =>
  failure ? { 'error.type': failure.code, 'harmonia.failure.kind': failure.kind } : {};

const errorOf = (ending: Ending, failure: Failure | undefined): Pick<FinishedSpan, 'error'> => {
  if (ending === 'lost') return { error: 'the process died' };
  return failure ? { error: failure.message } : {};
};
