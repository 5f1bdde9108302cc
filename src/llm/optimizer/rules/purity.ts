import { touchOf } from '../dependence/index.js';
import type { PlacedTask } from '../ir/index.js';
import type { Study } from './study.js';

/** A task and what it holds touch nothing that others could see. */
export const isPureWithin = ({ index, end }: PlacedTask, { places, facts }: Study): boolean =>
  places.tasks.slice(index, end).every((inner) => {
    const { effects, state, isBarrier } = touchOf(inner, facts);
    return effects === 'pure' && state !== 'sets' && !isBarrier;
  });
