import type { Chance, JsonObject } from '../../kernel/index.js';

/**
 * What decides the result of a random workflow. `free`: its tasks alone, whatever fails. `calm`: its tasks alone, as long
 * as nothing fails that nobody handles: a failure cancels what waits. `wild`: time and order, too.
 */
export type Mood = 'free' | 'calm' | 'wild';

/** Where a task of a random workflow stands. */
export interface Here {
  readonly chance: Chance;
  readonly id: string;
  /** Tasks of the same scope that it depends on, and those that come later: edges go forward only. */
  readonly needs: readonly string[];
  readonly later: readonly string[];
  /** Levels of bodies around it. */
  readonly depth: number;
  readonly mood: Mood;
  /** Name of a workflow that it may run; undefined: none. */
  readonly child: string | undefined;
  /** Tasks of a body of it. */
  readonly body: (name: string) => JsonObject;
}

/** Something that a task may be, or have. Undefined: not here. */
export interface Member {
  /** Of 100. */
  readonly odds: number;
  /** The calmest mood that it fits in; absent: all. */
  readonly mood?: 'calm' | 'wild';
  readonly fields: (here: Here) => JsonObject | undefined;
}

const comesAbout = ({ odds, mood: least }: Member, { chance, mood }: Here): boolean =>
  chance.happens(odds / 100) && (least === undefined || mood === 'wild' || mood === least);

/** All that come about. */
export const fieldsOf = (members: readonly Member[], here: Here): JsonObject =>
  Object.assign(
    {},
    ...members.map((member) => (comesAbout(member, here) ? member.fields(here) : undefined)),
  ) as JsonObject;

/** The first that comes about. */
export const firstOf = (members: readonly Member[], here: Here): JsonObject | undefined => {
  for (const member of members) {
    const fields = comesAbout(member, here) ? member.fields(here) : undefined;
    if (fields) return fields;
  }
  return undefined;
};
