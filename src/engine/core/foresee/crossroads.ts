/** Worlds that are looked at one by one. Beyond that, alternatives are carried along together, and less is certain. */
const MOST_WORLDS = 64;
/** Fates that may be worked out in all worlds together. */
const MOST_WORK = 50_000;

/**
 * What is open can go one way or another. The ways are gone one by one (depth first, by replaying the turns that were
 * taken), so that what a switch leads to on either side is known to run: while there are not too many of them.
 */
export class Crossroads {
  private turns: { taken: number; readonly of: number }[] = [];
  private at = 0;
  private readonly most: number;

  constructor(tasks: number) {
    this.most = Math.max(1, Math.min(MOST_WORLDS, Math.floor(MOST_WORK / Math.max(1, tasks))));
  }

  /** One of the alternatives; all of them, when no more worlds are told apart. */
  take<T>(alternatives: readonly T[]): readonly T[] {
    if (alternatives.length < 2) return alternatives;
    const turn = this.turns[this.at];
    if (turn) {
      this.at += 1;
      return [alternatives[turn.taken] as T];
    }
    const worlds = this.turns.reduce((product, { of }) => product * of, 1);
    if (worlds * alternatives.length > this.most) return alternatives;
    this.turns.push({ taken: 0, of: alternatives.length });
    this.at += 1;
    return [alternatives[0] as T];
  }

  /** Goes back to the last turn with an alternative; false when all ways were gone. */
  next(): boolean {
    this.at = 0;
    for (let last = this.turns.at(-1); last; last = this.turns.at(-1)) {
      last.taken += 1;
      if (last.taken < last.of) return true;
      this.turns.pop();
    }
    return false;
  }
}

/** Takes all ways at once. */
export const everyWay = { take: <T>(alternatives: readonly T[]): readonly T[] => alternatives };
