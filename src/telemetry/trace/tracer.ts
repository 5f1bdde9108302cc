import {
  findStep,
  isTerminalRun,
  type RecordedEvent,
  type RunState,
  type TraceOrigin,
} from '../../engine/core/index.js';
import type { Attempt, Publication, TaskRunner } from '../../engine/ports/index.js';
import { traceHeaders, type TraceContext, type Uuid } from '../../kernel/index.js';
import { ExecutionTrace, type AboutStep, type Look } from './execution-trace.js';
import { executionSpan, stepSpan, traceOf, type SpanSink } from './span.js';

export interface TracerParts {
  readonly sink: SpanSink;
  /** Whether a trace is recorded; `decided`: what who began it has decided. The same answer for the same trace. */
  readonly isSampled: (trace: string, decided: boolean | undefined) => boolean;
  /** The journal of an execution up to now; for those that began in a process before this one. */
  readonly history: (execution: Uuid) => Promise<readonly RecordedEvent[]>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** An event, and what the state said about its step when it was published: the state goes on changing. */
interface Told {
  readonly recorded: RecordedEvent;
  readonly about: AboutStep | undefined;
}

interface Followed {
  readonly fold: ExecutionTrace;
  /** Waits for what was before; undefined: it is known. */
  pending: Told[] | undefined;
}

/**
 * Tells the traces of executions, out of what is committed. A trace is the fold of a journal: an execution that goes on
 * after a crash is read once, and goes on below the same spans.
 */
export class Tracer {
  private readonly followed = new Map<Uuid, Followed>();

  constructor(private readonly parts: TracerParts) {}

  publish(publications: readonly Publication[]): void {
    for (const publication of publications) this.follow(publication);
  }

  /** The same runner; what its attempts send says which span it belongs to. */
  traced(runner: TaskRunner): TaskRunner {
    return {
      run: (attempt, control) => {
        const headers = this.headersOf(attempt);
        return runner.run({ ...attempt, headers: { ...attempt.headers, ...headers } }, control);
      },
    };
  }

  /** An execution that a step starts is below it, in the same trace. */
  traceOfChild(parent: RunState, { step, generation }: { step: string; generation: number }): TraceOrigin | undefined {
    const { execution, trace: origin } = parent;
    const trace = traceOf(execution, origin);
    const { sampled, state } = origin ?? {};
    // What is not recorded, and whose nobody knows, need not stand in a journal.
    if (!origin && !this.parts.isSampled(trace, undefined)) return undefined;
    return {
      ...{ trace, span: stepSpan(execution, step, generation) },
      ...(sampled !== undefined && { sampled }),
      ...(state !== undefined && { state }),
    };
  }

  /** Where an execution stands, for those who are told of it. A re-execution is told of below the first one. */
  traceOf(execution: Uuid, origin: TraceOrigin | undefined): TraceContext {
    return this.contextOf(execution, origin, executionSpan(execution, 1));
  }

  private headersOf({ executionId, address, generation, trace }: Attempt): Readonly<Record<string, string>> {
    return traceHeaders(this.contextOf(executionId, trace, stepSpan(executionId, address, generation)));
  }

  /** What is not recorded is passed on as such: else the receiver would begin a trace of its own. */
  private contextOf(execution: Uuid, origin: TraceOrigin | undefined, span: string): TraceContext {
    const trace = traceOf(execution, origin);
    const sampled = this.parts.isSampled(trace, origin?.sampled);
    return { trace, span, sampled, ...(origin?.state !== undefined && { state: origin.state }) };
  }

  private follow({ execution, state, events }: Publication): void {
    const known = this.followed.get(execution) ?? this.begin(state, events[0]?.recorded);
    if (!known) return;
    for (const { recorded } of events) {
      const { event } = recorded;
      const told = { recorded, about: 'step' in event ? aboutStep(state, event.step) : undefined };
      if (known.pending) known.pending.push(told);
      else this.tell(known.fold, recorded, lookIn(state, told));
    }
    if (isTerminalRun(state.status)) this.followed.delete(execution);
  }

  private begin(state: RunState, first: RecordedEvent | undefined): Followed | undefined {
    const { execution, workflow, trace: origin } = state;
    const isNew = first?.event.type === 'execution_started' || first?.event.type === 'execution_reopened';
    const isOver = isTerminalRun(state.status) && !isNew && first?.event.type.startsWith('execution_') !== true;
    if (!first || isOver || !this.parts.isSampled(traceOf(execution, origin), origin?.sampled)) return undefined;
    const fold = new ExecutionTrace({ execution, workflow, origin });
    const followed: Followed = { fold, pending: isNew ? undefined : [] };
    this.followed.set(execution, followed);
    if (!isNew) void this.recall(execution, followed, first.seq);
    return followed;
  }

  /** What was told before is folded, and not told again. */
  private async recall(execution: Uuid, followed: Followed, upTo: number): Promise<void> {
    try {
      for (const recorded of await this.parts.history(execution))
        if (recorded.seq < upTo) followed.fold.take(recorded, () => undefined);
    } catch (error) {
      this.parts.onTrouble(`the trace of execution ${execution} begins late`, error);
    }
    const pending = followed.pending ?? [];
    followed.pending = undefined;
    for (const told of pending) this.tell(followed.fold, told.recorded, () => told.about);
  }

  private tell(fold: ExecutionTrace, recorded: RecordedEvent, look: Look): void {
    for (const span of fold.take(recorded, look)) this.parts.sink.end(span);
  }
}

/** Of steps that end together with the one that was told about, only the state knows. */
const lookIn =
  (state: RunState, told: Told): Look =>
  (address) =>
    'step' in told.recorded.event && told.recorded.event.step === address ? told.about : aboutStep(state, address);

const aboutStep = (state: RunState, address: string): AboutStep | undefined => {
  const step = findStep(state, address);
  if (!step) return undefined;
  const { work } = step.task;
  const { owner } = step.scope;
  return {
    type: work.is === 'task' ? work.type : work.is,
    isTask: work.is === 'task',
    owner: owner && { address: owner.address, generation: owner.generation },
  };
};
