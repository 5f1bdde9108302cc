import type { Finding } from '../study.js';
import { cacheRepeats } from './caches.js';
import { limitConcurrency } from './concurrency.js';
import { prioritise } from './priorities.js';
import type { Recorded } from './record.js';
import { tuneRetries } from './retries.js';
import { setTimeouts } from './timeouts.js';

/** What the history of a workflow speaks for. Nothing where there is none. */
export const tune = (study: Recorded): readonly Finding[] =>
  study.history.executions === 0
    ? []
    : [
        ...setTimeouts(study),
        ...tuneRetries(study),
        ...limitConcurrency(study),
        ...cacheRepeats(study),
        ...prioritise(study),
      ];
