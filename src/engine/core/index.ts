/** The pure core: a deterministic state machine over journals. No clock, no chance, no I/O. */
export { formatAddress, parseAddress, type Address, type AddressSegment, type ParsedAddress } from './address.js';
export { decide } from './decide.js';
export {
  DEFAULT_LIMITS,
  type CompiledScope,
  type CompiledTask,
  type CompiledWorkflow,
  type DefinitionLimits,
  type TaskId,
} from './definition.js';
export type * from './event.js';
export { JournalDamaged } from './evolve.js';
export type { Failure, FailureKind } from './failure.js';
export { plan, type Order, type ReadyOrder, type RunOrder } from './plan.js';
export { replay, snapshot } from './replay.js';
export type { Decision, Refusal, RunRequest, StartDecision, StartRequest } from './request.js';
export { keptAt } from './restore.js';
export {
  findStep,
  isTerminalRun,
  isTerminalStep,
  stepStatus,
  type RunState,
  type RunStatus,
  type Step,
  type StepState,
  type StepStatus,
} from './run-state.js';
export type { CheckedSchema, SchemaChecker, SchemaProblem } from './schema-checker.js';
export type { SecretSlot, SecretText } from './secret.js';
export { startRun } from './start.js';
export type { Effects, TaskCatalogue, TaskType } from './task-type.js';
export { COMPONENT_TASK_TYPE, compileWorkflow, type Accepted, type Surroundings } from './validate/index.js';
export { endOfQuote, isReservedWord } from './expression/index.js';
