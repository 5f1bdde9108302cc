import type {
  ExecutionStarted,
  EventReceived,
  CompensationStarted,
  NoticeStarted,
  VariablesSet,
  ExecutionReopened,
  ExecutionMigrated,
  ExecutionPaused,
  ExecutionResumed,
  UsageRecorded,
  BudgetRaised,
  CheckpointCreated,
  ExecutionCompleted,
  ExecutionFailed,
  ExecutionCanceled,
} from './execution-event.js';
import type {
  StepKept,
  StepReady,
  StepStarted,
  StepCompleted,
  ResultRecorded,
  StepFailed,
  StepSkipped,
  StepCanceled,
  StepOpened,
  BodyOpened,
  BodyClosed,
  StepArmed,
  AttemptFailed,
  AttemptLost,
  CallbackReceived,
} from './step-event.js';

export type * from './execution-event.js';
export type * from './step-event.js';

/**
 * The facts that an execution is made of. This is the format of people's data: a member may gain optional fields, and
 * new members may come; nothing here ever changes its meaning.
 */
export type RunEvent =
  | ExecutionStarted
  | StepKept
  | StepReady
  | StepStarted
  | StepCompleted
  | ResultRecorded
  | StepFailed
  | StepSkipped
  | StepCanceled
  | StepOpened
  | BodyOpened
  | BodyClosed
  | StepArmed
  | AttemptFailed
  | AttemptLost
  | EventReceived
  | CallbackReceived
  | CompensationStarted
  | NoticeStarted
  | VariablesSet
  | ExecutionReopened
  | ExecutionMigrated
  | ExecutionPaused
  | ExecutionResumed
  | UsageRecorded
  | BudgetRaised
  | CheckpointCreated
  | ExecutionCompleted
  | ExecutionFailed
  | ExecutionCanceled;

export type RunEventType = RunEvent['type'];

/** An event at its place in the journal of its execution. */
export interface RecordedEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly event: RunEvent;
}
