import type { CompiledScope, Work } from '../definition.js';

/** A body that some work holds, and what patterns of its tasks gain by it: `[*]`, `/catch`. */
export interface BodyIn {
  readonly scope: CompiledScope;
  readonly suffix: string;
}

/** The bodies of a construct, in the order in which they run. */
export const bodiesIn = (work: Work): readonly BodyIn[] => {
  switch (work.is) {
    case 'group':
    case 'race':
      return [{ scope: work.body, suffix: '' }];
    case 'map':
    case 'loop':
      return [{ scope: work.body, suffix: '[*]' }];
    case 'try': {
      const later = [
        ['/catch', work.catch],
        ['/finally', work.finally],
      ] as const;
      return [
        { scope: work.body, suffix: '/try' },
        ...later.flatMap(([suffix, scope]) => (scope ? [{ suffix, scope }] : [])),
      ];
    }
    default:
      return [];
  }
};
