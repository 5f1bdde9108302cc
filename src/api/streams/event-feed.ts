import { isJsonObject, isoInstant, type Uuid } from '../../kernel/index.js';
import type { RunState } from '../../engine/core/index.js';
import type { Notifier, ProgressReport, Publication } from '../../engine/ports/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import { taskWords } from '../history/index.js';

/** How far a running attempt is. Carries no sequence and is not replayed (semantics 27). */
export interface ProgressEvent {
  readonly type: 'task_progress';
  readonly event_type: 'task_progress';
  readonly execution_id: Uuid;
  readonly workflow_id: Uuid | null;
  readonly task_id: string;
  readonly task_name: string;
  readonly step: string;
  readonly progress: number;
  readonly message: string | null;
  readonly timestamp: string;
  readonly data: { readonly task_name: string; readonly progress: number; readonly message: string | null };
}

/** Definitions changed. */
export interface WorkflowEvent {
  readonly type: 'workflow_created' | 'workflow_updated' | 'workflow_deleted';
  readonly workflow_id: Uuid;
  readonly name: string;
  readonly version: string | null;
  readonly timestamp: string;
}

export type LiveEvent = PublicEvent | ProgressEvent;

/** Takes what happens, as it happens. Must not throw. */
export type Listener<T> = (event: T) => void;

const CONTEXTS_KEPT = 1000;

/** What a public event needs to know beside the journal event, from the state of a live execution. */
export const contextOf = (state: RunState): EventContext => {
  // Not the state itself: what is kept of the context must not keep that.
  const task = taskWords(state.root.definition, state.options);
  return {
    execution: state.execution,
    workflowId: state.workflow.id,
    workflowName: state.workflow.name,
    startedAt: state.startedAt,
    totalTasks: state.root.steps.length,
    task,
  };
};

/**
 * Hands committed transitions to whoever listens. The engine publishes on its hot path: without a listener a
 * publication costs one look at a set.
 */
export class EventFeed implements Notifier {
  private readonly everything = new Set<Listener<LiveEvent>>();
  private readonly byExecution = new Map<Uuid, Set<Listener<LiveEvent>>>();
  private readonly definitions = new Set<Listener<WorkflowEvent>>();
  /** What was published last, for reports of progress, which say little themselves. */
  private readonly contexts = new Map<Uuid, EventContext>();

  /** Of one execution, or of all. Answers how to stop. */
  listen(execution: Uuid | undefined, listener: Listener<LiveEvent>): () => void {
    if (execution === undefined) {
      this.everything.add(listener);
      return () => void this.everything.delete(listener);
    }
    const listeners = this.byExecution.get(execution) ?? new Set();
    this.byExecution.set(execution, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.byExecution.delete(execution);
    };
  }

  listenToWorkflows(listener: Listener<WorkflowEvent>): () => void {
    this.definitions.add(listener);
    return () => void this.definitions.delete(listener);
  }

  publish(publications: readonly Publication[]): void {
    if (this.everything.size === 0 && this.byExecution.size === 0) return;
    for (const { execution, state, events } of publications) {
      const listeners = this.byExecution.get(execution);
      if (!listeners && this.everything.size === 0) continue;
      const context = contextOf(state);
      this.remember(execution, context);
      for (const { position, recorded } of events) {
        for (const event of publicEvents(recorded, context, position)) this.hand(event, listeners);
      }
    }
  }

  progress({ execution, step, fraction, message }: ProgressReport): void {
    const listeners = this.byExecution.get(execution);
    if (!listeners && this.everything.size === 0) return;
    const context = this.contexts.get(execution);
    const task = step.slice(step.lastIndexOf('/') + 1);
    const name = context?.task(task)?.name ?? task;
    const event: ProgressEvent = {
      type: 'task_progress',
      event_type: 'task_progress',
      execution_id: execution,
      workflow_id: context?.workflowId ?? null,
      task_id: task,
      task_name: name,
      step,
      progress: fraction,
      message: message ?? null,
      timestamp: isoInstant(Date.now()),
      data: { task_name: name, progress: fraction, message: message ?? null },
    };
    this.hand(event, listeners);
  }

  workflowChanged(event: WorkflowEvent): void {
    for (const listener of this.definitions) listener(event);
  }

  private remember(execution: Uuid, context: EventContext): void {
    this.contexts.delete(execution);
    this.contexts.set(execution, context);
    const [oldest] = this.contexts.keys();
    if (this.contexts.size > CONTEXTS_KEPT && oldest !== undefined) this.contexts.delete(oldest);
  }

  private hand(event: LiveEvent, listeners: ReadonlySet<Listener<LiveEvent>> | undefined): void {
    for (const listener of this.everything) listener(event);
    for (const listener of listeners ?? []) listener(event);
  }
}

export const isPublicEvent = (event: unknown): event is PublicEvent =>
  isJsonObject(event) && typeof event.sequence === 'number';
