export { planReopening } from './reopening.js';
export { reexecute } from './reexecute.js';
export type {
  ForkOperation,
  InPlace,
  IntoNew,
  KeptReason,
  Operation,
  Planned,
  ReexecutionPlan,
  Reexecution,
  ResetReason,
  Unable,
} from './operation.js';
