/** The pure core: a deterministic state machine over journals. No clock, no chance, no I/O. */
export {
  formatAddress,
  isAmong,
  isInside,
  parseAddress,
  patternOf,
  type Address,
  type AddressSegment,
  type ParsedAddress,
} from './address.js';
export {
  accountOf,
  addUsage,
  amountOf,
  limitsInForce,
  limitsLeft,
  limitsReached,
  NOTHING_USED,
  timeRun,
  timeUpAt,
  usageOf,
  usedOf,
  type Account,
  type Budget,
  type LimitName,
  type Limits,
  type LimitTable,
  type Reached,
  type Usage,
  type Used,
} from './budget/index.js';
export { decide } from './decide/decide.js';
export {
  DEFAULT_LIMITS,
  type Branch,
  type CompiledScope,
  type CompiledTask,
  type CompiledWorkflow,
  type DefinitionLimits,
  type Limit,
  type Rate,
  type Read,
  type TaskId,
  type TaskLimit,
  type Work,
} from './definition.js';
export { endOf, type Ended } from './ended.js';
export type * from './event.js';
export {
  foresee,
  MOST_INPUTS,
  type Assume,
  type Assumed,
  type Because,
  type Forecast,
  type Foreknowledge,
  type Foresight,
  type KnownField,
  type KnownInput,
} from './foresee/index.js';
export { bodiesIn, type BodyIn } from './foresee/bodies-in.js';
export { JournalDamaged } from './fold/journal-damaged.js';
export type { Failure, FailureKind } from './failure.js';
export { callbackToken, executionOfToken } from './fold/callback.js';
export {
  limitsOf,
  plan,
  type ChildOrder,
  type LookBackOrder,
  type Order,
  type ReadyOrder,
  type RunOrder,
} from './decide/plan.js';
export { definitionsOf, replay, snapshot, type Definitions } from './fold/replay.js';
export {
  classify,
  diffDefinitions,
  scopeForm,
  taskForm,
  templateForm,
  workflowForm,
  type Aspect,
  type Change,
  type Classification,
  type DefinitionDiff,
  type Obstacle,
  type Reading,
  type Renaming,
  type TaskPath,
} from './migrate/index.js';
export type { Decision, Refusal, Resumption, RunRequest, StartDecision, StartRequest } from './decide/request.js';
export {
  reexecute,
  type InPlace,
  type IntoNew,
  type Operation,
  type Planned,
  type ReexecutionPlan,
  type Reexecution,
  type Unable,
} from './reexecute/index.js';
export {
  allSteps,
  findStep,
  isTerminalRun,
  isTerminalStep,
  stepCount,
  stepStatus,
  type RecordedResult,
  type RunState,
  type RunStatus,
  type Step,
  type StepState,
  type StepStatus,
} from './fold/run-state.js';
export type { CheckedSchema, SchemaChecker, SchemaProblem } from './schema-checker.js';
export { tasksByPattern } from './task-patterns.js';
export type { SecretSlot, SecretText } from './secret.js';
export { acceptInput, startRun } from './decide/start.js';
export { variablesOf, type Variables } from './fold/variables.js';
export type { ApprovalAnswer, ChildOutcome, KeptEvent } from './decide/wait.js';
export type {
  ComponentDirectory,
  CredentialDirectory,
  CredentialPlace,
  Effects,
  TaskCatalogue,
  TaskType,
} from './task-type.js';
export {
  checkExpression,
  COMPONENT_TASK_TYPE,
  compileWorkflow,
  parseLimits,
  reachOf,
  resultOf,
  typeName,
  type Accepted,
  type Finding,
  type Reach,
  type Surroundings,
  type TaskInReach,
  type Type,
  type TypeEnvironment,
} from './validate/index.js';
export {
  compileTemplate,
  FAMILIES,
  findFunction,
  isNamespaced,
  meantBy,
  NAMESPACES,
  endOfQuote,
  evaluateTemplate,
  bindsTasks,
  isNode,
  isReservedWord,
  parseExpression,
  scan,
  syntaxOf,
  type Condition,
  type Expression,
  type ExpressionFunction,
  type Piece,
  type SyntaxNode,
  type Template,
} from './expression/index.js';
