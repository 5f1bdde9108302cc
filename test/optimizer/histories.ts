import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import {
  buildHistory,
  type ObservedExecution,
  type ObservedStep,
  type WorkflowHistory,
} from '../../src/llm/optimizer/simulate/index.js';
import { mustCompile, task } from '../world/core-world.js';

export const UNTIL = 1_800_000_000_000;
const HASH = 'today';

/** A workflow of plain tasks, by what each depends on. */
export const graph = (needs: Readonly<Record<string, readonly string[]>>, more: JsonObject = {}): CompiledWorkflow =>
  mustCompile({
    name: 'w',
    tasks: Object.fromEntries(
      Object.entries(needs).map(([id, depends_on]) => [id, task({ depends_on: [...depends_on] })]),
    ),
    ...more,
  });

export const workflow = (tasks: Record<string, Json>, more: JsonObject = {}): CompiledWorkflow =>
  mustCompile({ name: 'w', tasks, ...more });

/** A run that completed at its first attempt, that long. */
export const ran = (step: string, millis: number, more: Partial<ObservedStep> = {}): ObservedStep => ({
  step,
  status: 'completed',
  attempt: 1,
  retries: 0,
  firstStartedAt: UNTIL - 60_000,
  startedAt: UNTIL - 60_000,
  endedAt: UNTIL - 60_000 + millis,
  cause: undefined,
  failures: [],
  isSuperseded: false,
  ...more,
});

export const skipped = (step: string, cause: string): ObservedStep =>
  ran(step, 0, { status: 'skipped', attempt: 0, firstStartedAt: undefined, startedAt: undefined, cause });

export const failedRun = (step: string, millis: number, more: Partial<ObservedStep> = {}): ObservedStep =>
  ran(step, millis, { status: 'failed', failures: [{ kind: 'transient', code: 'busy', after: millis }], ...more });

export const execution = (
  steps: readonly ObservedStep[],
  more: Partial<ObservedExecution> = {},
): ObservedExecution => ({
  definition: HASH,
  status: 'completed',
  startedAt: UNTIL - 60_000,
  endedAt: UNTIL,
  isStraight: true,
  isWhole: true,
  steps,
  ...more,
});

/** What is known after these executions of the workflow. */
export const historyOf = (
  compiled: CompiledWorkflow,
  own: readonly ObservedExecution[],
  others: {
    readonly executions: readonly ObservedExecution[];
    readonly documents: Readonly<Record<string, JsonObject>>;
  } = {
    executions: [],
    documents: {},
  },
): WorkflowHistory =>
  buildHistory(compiled, {
    until: UNTIL,
    windowDays: 30,
    own,
    others: others.executions,
    documents: new Map(Object.entries({ [HASH]: compiled.document, ...others.documents })),
  });

/** As many runs of each task as make its figures stand for themselves. */
export const ENOUGH = 40;

/** A history in which the steps have always taken exactly so long, ms. */
export const alwaysTook = (compiled: CompiledWorkflow, millis: Readonly<Record<string, number>>): WorkflowHistory => {
  const steps = Object.entries(millis).map(([step, length]) => ran(step, length));
  return historyOf(
    compiled,
    Array.from({ length: ENOUGH }, () => execution(steps)),
  );
};
