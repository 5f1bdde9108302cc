import type { Instant } from '../../kernel/index.js';
import { findStep, type ReadyOrder } from '../core/index.js';
import type { Journal } from '../ports/index.js';
import type { Work } from './inbox.js';
import type { LiveExecution } from './live-execution.js';

interface Asking {
  readonly journal: Journal;
  readonly now: () => Instant;
  readonly submit: (work: Work) => void;
  /** Late: time has passed since the order was given. */
  readonly enqueue: (isLate: boolean) => void;
}

/** An attempt was made, by this process or by one before it: that is made again, whatever is known by now. */
const hasBegun = ({ state }: LiveExecution, address: string): boolean => {
  const step = findStep(state, address)?.state;
  return step !== undefined && 'tries' in step && step.tries !== undefined;
};

interface Wanted extends Pick<ReadyOrder, 'step' | 'generation'> {
  readonly cacheKey: string;
}

/** A step whose result is kept needs no slot and no attempt; any other goes on to the queue. */
export const askForResult = (live: LiveExecution, { cacheKey, step, generation }: Wanted, ask: Asking): void => {
  live.cacheKeys.set(step, cacheKey);
  if (hasBegun(live, step)) return ask.enqueue(false);
  void ask.journal.cached(cacheKey, ask.now()).then(
    (found) => {
      if (!found) return ask.enqueue(true);
      const request = { is: 'recall', step, generation, cacheKey, output: found.output } as const;
      ask.submit({ is: 'note', execution: live.id, request });
    },
    () => ask.enqueue(true), // a store that fails shows at the next commit
  );
};
