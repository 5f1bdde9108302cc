import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { buildHistory, simulateWorkflow, type ObservedStep } from '../../src/llm/optimizer/simulate/index.js';

/** Runs after which the figures of a task stand for themselves. */
const ENOUGH = 40;
const UNTIL = 1_800_000_000_000;

/** How long a run takes when each task takes so many seconds: by the engine's own core, in virtual time. */
export const makespanOf = (workflow: CompiledWorkflow, seconds: ReadonlyMap<string, number>): number => {
  const steps = [...seconds].map(([id, length]): ObservedStep => ({
    ...{
      step: `/${id}`,
      status: 'completed',
      attempt: 1,
      retries: 0,
      cause: undefined,
      failures: [],
      isSuperseded: false,
    },
    ...{ firstStartedAt: UNTIL, startedAt: UNTIL, endedAt: UNTIL + length * 1000 },
  }));
  const run = { definition: 'today', status: 'completed', startedAt: UNTIL, endedAt: UNTIL, isStraight: true } as const;
  const history = buildHistory(workflow, {
    ...{ until: UNTIL, windowDays: 30, others: [], documents: new Map([['today', workflow.document]]) },
    own: Array.from({ length: ENOUGH }, () => ({ ...run, isWhole: true, steps })),
  });
  return simulateWorkflow(workflow, history, { resamples: 1 }).outcomes[0]?.makespan ?? 0;
};
