import { drawn, type Json, type JsonObject } from '../../../../kernel/index.js';
import type { Sampler } from '../history/histogram.js';

/** What is drawn: each has draws of its own, so that none depends on how often another was asked. */
export const ABOUT = {
  condition: 1,
  branch: 2,
  size: 3,
  limit: 4,
  fails: 5,
  failure: 6,
  duration: 7,
  queue: 8,
  recall: 9,
  spending: 10,
} as const;

/** Which run of the workflow is drawn. */
export interface Resample {
  readonly seed: number;
  readonly index: number;
}

/** Where a condition, a switch, a map or a loop is decided, in each instance of its frame. */
export type Draw =
  | { readonly is: 'condition'; readonly name: string; readonly key: number; readonly share: number }
  | {
      readonly is: 'branch';
      readonly key: number;
      /** Of each branch: the name of its condition; undefined: it has none, and is taken if no other is. */
      readonly names: readonly (string | undefined)[];
      /** Ascending; what is left over chooses none. */
      readonly upTo: readonly number[];
    }
  | {
      readonly is: 'items';
      readonly name: string;
      readonly key: number;
      readonly size: Sampler;
      readonly most: number;
      /** Probability that it wants more than `most`, and fails over it. */
      readonly limit: number;
      readonly frame: Frame;
    };

/** What is decided anew for each instance of a body of a map or a loop; and once, for the workflow itself. */
export interface Frame {
  readonly draws: Draw[];
}

/** Name of the instance of a frame, among what its expressions see. */
export const INSTANCE = 'i';
/** Absent in the iteration that a loop fails over. */
export const GOES_ON = 'ok';

/** More instances than a simulation may cost. */
export class TooLarge extends Error {}

export interface DrawRequest extends Resample {
  /** Instances that may still be drawn. */
  budget: { left: number };
}

/** An instance inside another. */
export const instanceIn = (outer: number, position: number): number =>
  Math.imul(outer ^ (position + 0x51ed27), 0x9e3779b1) >>> 0;

/** Everything that is decided in one instance of a frame, as the input of its expressions. Throws `TooLarge`. */
export const drawFrame = ({ draws }: Frame, instance: number, request: DrawRequest): JsonObject => {
  const { seed, index, budget } = request;
  if (--budget.left < 0) throw new TooLarge();
  const values: Record<string, Json> = { [INSTANCE]: instance, [GOES_ON]: true };
  for (const draw of draws) {
    const u = (about: number): number => drawn(seed, index, draw.key, instance, about);
    switch (draw.is) {
      case 'condition':
        values[draw.name] = u(ABOUT.condition) < draw.share;
        break;
      case 'branch': {
        const value = u(ABOUT.branch);
        const chosen = draw.upTo.findIndex((upTo) => value < upTo);
        draw.names.forEach((name, position) => {
          if (name !== undefined) values[name] = position === chosen;
        });
        break;
      }
      case 'items':
        values[draw.name] = drawItems(draw, instance, request);
    }
  }
  return values;
};

const drawItems = (
  { key, size, most, limit, frame }: Extract<Draw, { is: 'items' }>,
  instance: number,
  request: DrawRequest,
): Json[] => {
  const { seed, index } = request;
  const isOver = limit > 0 && drawn(seed, index, key, instance, ABOUT.limit) < limit;
  const count = isOver ? most : Math.min(most, Math.round(size.at(drawn(seed, index, key, instance, ABOUT.size))));
  const items: Json[] = [];
  for (let position = 0; position < count; position++)
    items.push(drawFrame(frame, instanceIn(instance, position), request));
  if (isOver) items.push({});
  return items;
};
