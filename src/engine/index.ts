/** The engine as the rest of Harmonia knows it. */
export type {
  Acknowledged,
  CheckpointPosition,
  CheckpointRequest,
  CheckpointTaken,
  Ended,
  Engine,
  EngineStatus,
  RunnableWorkflow,
  StartExecution,
} from './engine.js';
