import type { Usage } from '../../engine/core/index.js';
import type { Attempt, AttemptControl, AttemptLogLevel, TaskRunner } from '../../engine/ports/index.js';
import { traceContextOf, type Json } from '../../kernel/index.js';
import { inContext, type RequestContext } from '../../tekton/utilities/context/index.js';
import type { Log } from '../../tekton/utilities/logging/index.js';

/**
 * On behalf of the execution, whoever has set it going: the same id in every attempt, also in those after a restart, and
 * in every call that they make to other components.
 */
const contextOf = ({ executionId, address, headers }: Attempt): RequestContext => ({
  requestId: executionId,
  executionId,
  task: address,
  trace: headers && traceContextOf(headers),
});

/** Says what the task of an attempt says to the log of the service as well. */
class OverheardAttempt implements AttemptControl {
  constructor(
    private readonly control: AttemptControl,
    private readonly context: RequestContext,
    private readonly heard: Log,
  ) {}

  get signal(): AbortSignal {
    return this.control.signal;
  }

  log(level: AttemptLogLevel, message: string, details?: Json): void {
    this.control.log(level, message, details);
    const worth = level === 'info' ? 'debug' : level;
    // What an isolated plugin says comes out of a worker, outside of any context.
    inContext(this.context, () => this.heard[worth](message, details === undefined ? undefined : { said: details }));
  }

  progress(fraction: number, message?: string): void {
    this.control.progress(fraction, message);
  }

  heartbeat(): void {
    this.control.heartbeat();
  }

  record(key: string, result: Json): Promise<void> {
    return this.control.record(key, result);
  }

  use(usage: Usage): Promise<void> {
    return this.control.use(usage);
  }
}

/** Runs attempts in the context of their execution and task. `log` hears what tasks say: warnings and errors as such, the rest as DEBUG. */
export const inAttemptContext = (runner: TaskRunner, log: Log | undefined): TaskRunner => ({
  run: (attempt, control) => {
    const context = contextOf(attempt);
    const voice = log === undefined ? control : new OverheardAttempt(control, context, log);
    return inContext(context, () => runner.run(attempt, voice));
  },
});
