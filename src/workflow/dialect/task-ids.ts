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

  /** Ids of other tasks, of the enclosing bodies for one, are given to none of these. */
  constructor(originals: readonly string[], isTaken: (id: string) => boolean = () => false) {
    const numbers = new Map<string, number>();
    const own = new Set(originals.filter((id) => VALID.test(id) && !isReservedWord(id) && !isTaken(id)));
    const taken = { has: (id: string) => own.has(id) || isTaken(id), add: (id: string) => own.add(id) };
    originals.forEach((original, position) => {
      if (this.canonical.has(original)) this.duplicates.push(position);
      else if (own.has(original)) this.canonical.set(original, original);
      else this.canonical.set(original, free(cleaned(original), taken, numbers));
    });
  }

  /** The canonical ids. */
  get all(): Iterable<string> {
    return this.canonical.values();
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

/** Ids that tasks have. */
interface TakenIds {
  has(id: string): boolean;
  add(id: string): void;
}

/** Ids for tasks that the importer adds: none that any task of the document has. */
export class FreshIds {
  private readonly numbers = new Map<string, number>();
  private readonly taken = new Set<string>();
  private readonly given = new Set<string>();

  reserve(ids: Iterable<string>): void {
    for (const id of ids) this.taken.add(id);
  }

  next(wanted: string): string {
    const id = free(cleaned(wanted), this.taken, this.numbers);
    this.given.add(id);
    return id;
  }

  /** Whether the importer has given an id to a task of its own. */
  gave(id: string): boolean {
    return this.given.has(id);
  }
}

/** `numbers` remembers how far each wish got: 10,000 of one are no 10,000². */
const free = (wanted: string, taken: TakenIds, numbers: Map<string, number>): string => {
  let candidate = wanted;
  let number = numbers.get(wanted) ?? 1;
  for (; taken.has(candidate); number++) candidate = `${wanted}_${number + 1}`;
  numbers.set(wanted, number);
  taken.add(candidate);
  return candidate;
};
