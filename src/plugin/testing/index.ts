/** For the tests of plugins and of workflows, published as `@tekton/harmonia/testing`. Needs Node; a plugin itself must not import it. */
export { defineCrashTest, type CrashCase, type CrashTest, type FakeService } from '../certification/crash-test.js';
export {
  runTask,
  type BookedUsage,
  type LogLine,
  type ProgressReport,
  type TaskRun,
  type TaskSurroundings,
} from './run-task.js';
export {
  INVARIANTS,
  replayRegression,
  simulate,
  sweepFaults,
  type Counterexample,
  type EndOfRun,
  type FaultPlan,
  type Invariant,
  type PlannedFault,
  type Regression,
  type Replayed,
  type ScriptedAttempt,
  type ScriptedTask,
  type Seconds,
  type Simulated,
  type SimulationOptions,
  type Sweep,
  type SweepCell,
  type SweepRow,
  type TaskResults,
  type Violation,
} from '../../simulation/index.js';
