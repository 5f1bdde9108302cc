import type { TaskRunner } from '../../engine/ports/index.js';
import { traceHeaders } from '../../kernel/index.js';

/**
 * The same runner where no traces are told: the trace that an execution was started in goes through as it came, so that it
 * does not end here.
 */
export const passingOn = (runner: TaskRunner): TaskRunner => ({
  run: (attempt, control) => {
    const { trace: origin, headers } = attempt;
    if (!origin) return runner.run(attempt, control);
    const { sampled = false, ...rest } = origin;
    return runner.run({ ...attempt, headers: { ...headers, ...traceHeaders({ ...rest, sampled }) } }, control);
  },
});
