import type { Because } from '../../../engine/core/index.js';

/** A reason as a sentence. */
export const wordsFor = (because: Because): string => {
  switch (because.is) {
    case 'condition_open':
      return 'its condition depends on what is not known before the run';
    case 'condition_false':
      return 'its condition is false';
    case 'not_worked_out':
      return `what it is to be given, or its condition, can not be worked out: ${because.detail}`;
    case 'branch':
      return `${because.by} chooses another way, or may`;
    case 'upstream':
      return `what it waits for does not let it run: ${because.by}`;
    case 'not_entered':
      return `${because.by} may have nothing to do`;
    case 'race':
      return `something else in the race ${because.by} may win first`;
    case 'only_after_failure':
      return 'it runs only after something has failed';
    case 'cut_short':
      return 'a failure that is certain, or likely, may end what is around it first';
  }
};
