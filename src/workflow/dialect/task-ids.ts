import { isReservedWord } from '../../engine/core/index.js';

const VALID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const LONGEST = 120;
const SHOWN = 10;

const cleaned = (id: string): string => {
  const letters = id
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=[0-9])/, '_')
    .slice(0, LONGEST);
  const named = letters === '' || /^_+$/.test(letters) ? 'task' : letters;
  return isReservedWord(named) ? `${named}_` : named;
};

/** Makes the ids of a foreign document valid and unique (semantics 2); valid ones stay as they are. */
export class TaskIds {
  private readonly canonical = new Map<string, string>();
  /** Positions of originals that were there before. */
  readonly duplicates: number[] = [];

  constructor(originals: readonly string[]) {
    const numbers = new Map<string, number>();
    const taken = new Set(originals.filter((id) => VALID.test(id) && !isReservedWord(id)));
    originals.forEach((original, position) => {
      if (this.canonical.has(original)) this.duplicates.push(position);
      else if (taken.has(original)) this.canonical.set(original, original);
      else this.canonical.set(original, free(cleaned(original), taken, numbers));
    });
  }

  /** The canonical id of an original one; the original itself when it is none of the document's. */
  of(original: string): string {
    return this.canonical.get(original) ?? original;
  }

  has(original: string): boolean {
    return this.canonical.has(original);
  }

  /** The first few of the originals, for a message. */
  get some(): string {
    const shown: string[] = [];
    for (const original of this.canonical.keys()) {
      if (shown.length === SHOWN) return `${shown.join(', ')}, …`;
      shown.push(original.slice(0, LONGEST));
    }
    return shown.join(', ');
  }
}

/** `numbers` remembers how far each wish got: 10,000 of one are no 10,000². */
const free = (wanted: string, taken: Set<string>, numbers: Map<string, number>): string => {
  let candidate = wanted;
  let number = numbers.get(wanted) ?? 1;
  for (; taken.has(candidate); number++) candidate = `${wanted}_${number + 1}`;
  numbers.set(wanted, number);
  taken.add(candidate);
  return candidate;
};
