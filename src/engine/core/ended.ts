import type { Instant, Json } from '../../kernel/index.js';
import type { RunEvent } from './event.js';
import type { Failure } from './failure.js';

/** How an execution ended. */
export type Ended =
  | { readonly is: 'completed'; readonly output: Json; readonly at: Instant }
  | { readonly is: 'failed'; readonly failure: Failure; readonly at: Instant }
  | { readonly is: 'canceled'; readonly reason: string | undefined; readonly at: Instant };

/** How the last event of a journal ended it; undefined when it is open. */
export const endOf = (event: RunEvent | undefined): Ended | undefined => {
  switch (event?.type) {
    case 'execution_completed':
      return { is: 'completed', output: event.output, at: event.at };
    case 'execution_failed':
      return { is: 'failed', failure: event.failure, at: event.at };
    case 'execution_canceled':
      return { is: 'canceled', reason: event.reason, at: event.at };
    default:
      return undefined;
  }
};
