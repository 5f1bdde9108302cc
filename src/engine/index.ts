/** The engine as the rest of Harmonia knows it. */
export {
  Engine,
  type Acknowledged,
  type CheckpointPosition,
  type CheckpointRequest,
  type CheckpointTaken,
  type Ended,
  type EngineStatus,
  type RunnableWorkflow,
  type StartExecution,
} from './engine.js';
