import type { Template } from '../../../../engine/core/index.js';
import { effectsOf, paces, patternOf, usesOf, type Facts, type PlacedTask, type Places } from '../../ir/index.js';
import { ENOUGH, KEPT_FOR, wilson } from '../../simulate/index.js';
import type { Finding } from '../study.js';
import { statisticsOf, worthMost, type Recorded } from './record.js';

/** Share of runs that a cache spares at least; at the lower end of its interval, half of that. */
const WORTH = 0.2;
/** A result is kept for as short as spares so much of what the longest would. */
const MOST_OF_IT = 0.8;

/**
 * Tasks whose results a cache could keep: pure, by what their type, the task or an operator says, without chance, not
 * there for the time that they take, not cached yet, and of an input that holds no secret, since whoever changes that
 * expects another result.
 */
const mayBeCached = ({ task }: PlacedTask, facts: Facts): boolean => {
  const { work, cache } = task;
  if (work.is !== 'task' || cache || effectsOf(task, facts) !== 'pure' || paces(task)) return false;
  const { chance, state } = usesOf(task);
  return !chance && !state && !holdsSecret(work.input);
};

const holdsSecret = (template: Template): boolean => {
  switch (template.is) {
    case 'secret':
      return true;
    case 'text':
      return template.parts.some((part) => typeof part !== 'string' && '$secret' in part);
    case 'list':
      return template.entries.some(holdsSecret);
    case 'object':
      return template.entries.some(([, entry]) => holdsSecret(entry));
    default:
      return false;
  }
};

/** Of which tasks it is worth knowing which runs had the same input, by pattern. */
export const cacheablePatterns = (places: Places, facts: Facts): readonly string[] =>
  places.tasks.filter((placed) => mayBeCached(placed, facts)).map(patternOf);

/** Results that are used again, where runs of a task had an input whose result was known already. */
export const cacheRepeats = (study: Recorded): Finding[] =>
  worthMost(
    study.places.tasks.flatMap((placed) => {
      if (!mayBeCached(placed, study.facts)) return [];
      const { repeats, durations } = statisticsOf(placed, study);
      if (!repeats || repeats.runs < ENOUGH) return [];
      const longest = repeats.spared.at(-1) ?? 0;
      const place = repeats.spared.findIndex((share) => share >= MOST_OF_IT * longest);
      const share = repeats.spared[place] ?? 0;
      if (share < WORTH || wilson(share, repeats.runs)[0] < WORTH / 2) return [];
      const ttl = (KEPT_FOR[place] as number) / 1000;
      const finding: Finding = {
        kind: 'cache',
        ops: [{ op: 'set_cache', task: placed.path, ttl }],
        evidence: { is: 'repeats', task: placed.path, samples: repeats.runs, share, ttl },
      };
      return [{ worth: share * repeats.runs * durations.mean, finding }];
    }),
  );
