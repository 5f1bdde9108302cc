import { isReservedWord } from '../../engine/core/index.js';

const VALID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const LONGEST = 120;

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
  readonly duplicates: string[] = [];

  constructor(originals: readonly string[]) {
    const taken = new Set(originals.filter((id) => VALID.test(id) && !isReservedWord(id)));
    for (const original of originals) {
      if (this.canonical.has(original)) this.duplicates.push(original);
      else if (taken.has(original)) this.canonical.set(original, original);
      else this.canonical.set(original, free(cleaned(original), taken));
    }
  }

  /** The canonical id of an original one; the original itself when it is none of the document's. */
  of(original: string): string {
    return this.canonical.get(original) ?? original;
  }

  has(original: string): boolean {
    return this.canonical.has(original);
  }

  get originals(): readonly string[] {
    return [...this.canonical.keys()];
  }
}

const free = (wanted: string, taken: Set<string>): string => {
  let candidate = wanted;
  for (let number = 2; taken.has(candidate); number++) candidate = `${wanted}_${number}`;
  taken.add(candidate);
  return candidate;
};
