import type { Instant, Json, JsonObject, Uuid } from '../kernel/index.js';
import type {
  Address,
  ApprovalAnswer,
  CompiledWorkflow,
  Ended,
  ExecutionOptions,
  InPlace,
  Obstacle,
  PinnedWorkflow,
  ReexecutionPlan,
  Resumption,
} from './core/index.js';
import type { IdempotencyKey, StoredJournal } from './ports/index.js';

/** A definition that may be run, and where it is kept. */
export interface RunnableWorkflow {
  readonly pinned: PinnedWorkflow;
  readonly compiled: CompiledWorkflow;
}

export interface StartExecution {
  /** Its id, when the one who asks has chosen one. */
  readonly execution?: Uuid;
  readonly workflow: RunnableWorkflow;
  readonly input: Json;
  readonly metadata?: JsonObject;
  readonly options?: ExecutionOptions;
  /** Makes the request safe to repeat: asked again with the same hash, the first execution is acknowledged once more. */
  readonly key?: Omit<IdempotencyKey, 'resource' | 'at'>;
}

/** A request that was granted and is durable. */
export interface Acknowledged {
  readonly execution: Uuid;
  readonly at: Instant;
}

export interface CheckpointRequest {
  /** Its id, when the one who asks has chosen one. */
  readonly id?: Uuid;
  readonly name?: string;
  readonly description?: string;
}

export interface CancelRequest {
  readonly reason?: string | undefined;
  readonly compensate?: boolean | undefined;
}

/** A re-execution (semantics 23). */
export type Reexecute =
  | InPlace
  | {
      readonly is: 'fork';
      /** Journal position; absent: the last. */
      readonly at?: number;
      /** Absent: that of the execution. */
      readonly input?: Json;
      /** Absent: the version of the execution. */
      readonly workflow?: RunnableWorkflow;
    }
  | { readonly is: 'restore'; readonly checkpoint: Uuid; readonly at: number };

export interface Reexecuted extends Acknowledged {
  readonly plan: ReexecutionPlan;
}

/** Executions go on with another version of their workflow. */
export interface Migrate {
  readonly workflow: RunnableWorkflow;
  /** Only those of this version. */
  readonly fromVersion?: string;
  /** Absent: all open ones of the workflow that are of another version. */
  readonly executions?: readonly Uuid[];
}

/** What a migration means for the executions that it is about. Each is in one of the three. */
export interface MigrationReport {
  /** Nothing that is yet to happen to them differs. They stay what they are. */
  readonly unaffected: readonly Uuid[];
  readonly migratable: readonly Uuid[];
  /** They stay what they are, and why. */
  readonly mustFinish: readonly { readonly execution: Uuid; readonly obstacles: readonly Obstacle[] }[];
}

/** Something that happened outside. */
export interface EventToDeliver {
  /** Makes the delivery safe to repeat: an execution takes an event of one id once. */
  readonly id?: Uuid | undefined;
  readonly name: string;
  readonly payload: Json;
}

/** A named place in the journal of an execution. */
export interface CheckpointPosition {
  readonly execution: Uuid;
  readonly checkpoint: Uuid;
  /** Journal position. */
  readonly seq: number;
}

export interface CheckpointTaken extends CheckpointPosition, Acknowledged {}

export interface EngineStatus {
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  /** Executions that are not terminal. */
  readonly open: number;
  /** Attempts that run. */
  readonly running: number;
  /** Steps that are ready and wait for a slot, or for room under a limit. */
  readonly waiting: number;
  /** Absent while the store takes writes; else why it does not. */
  readonly storage?: string;
}

/**
 * Runs workflows durably. Every promise fulfils after the commit of what it speaks of, and rejects with a
 * `HarmoniaError`; a refused request changes nothing (E8). A class, so that Nest injects it by its type.
 */
export abstract class Engine {
  abstract start(request: StartExecution): Promise<Acknowledged>;
  abstract pause(execution: Uuid, reason?: string): Promise<Acknowledged>;
  /** Throws `budget_exhausted` while a limit of its budget is reached and not raised with it. */
  abstract resume(execution: Uuid, how?: Resumption): Promise<Acknowledged>;
  /** `compensate`: completed steps are undone first; the execution is canceled once they are (semantics 22). */
  abstract cancel(execution: Uuid, request?: CancelRequest): Promise<Acknowledged>;
  /** Gives an event to one execution. */
  abstract deliver(execution: Uuid, event: EventToDeliver): Promise<Acknowledged>;
  /**
   * Gives an event to every open execution that it is addressed to and that can wait for events; answers which. It is
   * kept for those that begin later and look back.
   */
  abstract publish(event: EventToDeliver, workflow?: Uuid): Promise<readonly Uuid[]>;
  /**
   * Assigns variables of the workflow, and gives each as an event `state.<name>` to steps that wait for it. Throws
   * `validation_error` for a name that is neither.
   */
  abstract setVariables(execution: Uuid, values: JsonObject): Promise<Acknowledged>;
  /** Answers an approval that a step waits for. */
  abstract approve(execution: Uuid, step: Address, answer: ApprovalAnswer): Promise<Acknowledged>;
  /** The URL of a webhook step was called. Throws `callback_gone` when the token is none, or has been used. */
  abstract callBack(token: string, payload: Json): Promise<Acknowledged>;
  abstract checkpoint(execution: Uuid, request: CheckpointRequest): Promise<CheckpointTaken>;
  /** What `reexecute` would do; changes nothing. Throws `conflict` when it could not be done. */
  abstract planReexecution(execution: Uuid, operation: Reexecute): Promise<ReexecutionPlan>;
  /** Goes on in the execution, which must have ended, or in a new one that continues it. */
  abstract reexecute(execution: Uuid, operation: Reexecute, key?: StartExecution['key']): Promise<Reexecuted>;
  /** What `migrate` would do now; changes nothing. */
  abstract planMigration(request: Migrate): MigrationReport;
  /** Migrates all that are migratable, in one commit: all of them or, when that fails, none. */
  abstract migrate(request: Migrate): Promise<MigrationReport>;
  /** Deletes an ended execution. */
  abstract delete(execution: Uuid): Promise<void>;
  /** Takes the name off its place in the journal, which stays. False: there was no such checkpoint. */
  abstract deleteCheckpoint(checkpoint: Uuid): Promise<boolean>;
  /** Fulfils when the execution is terminal, at once if it is; with undefined when `signal` aborts or the engine stops or gives it up first. */
  abstract ended(execution: Uuid, signal?: AbortSignal): Promise<Ended | undefined>;
  /** The journal as it is now; undefined when there is no such execution. */
  abstract journal(execution: Uuid): Promise<StoredJournal | undefined>;
  /** The sets of plugin versions that open executions are pinned to; undefined is the first. */
  abstract pluginsInUse(): ReadonlySet<number | undefined>;
  abstract status(): EngineStatus;
}
