/** The engine as the rest of Harmonia knows it. */
export {
  Engine,
  type Acknowledged,
  type CancelRequest,
  type CheckpointPosition,
  type CheckpointRequest,
  type CheckpointTaken,
  type EngineStatus,
  type EventToDeliver,
  type Migrate,
  type MigrationReport,
  type Reexecute,
  type Reexecuted,
  type RunnableWorkflow,
  type StartExecution,
} from './engine.js';
export type { Ended } from './core/index.js';
