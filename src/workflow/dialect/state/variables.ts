import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { lenient, Untranslatable } from '../expression-text.js';

/** A task that sets a variable of upstream's state. */
export interface Writer {
  /** The variable, `document.metadata` as its two names. */
  readonly path: readonly string[];
  /** Where the value is: a reference in CEL that is always there, and what of it. */
  readonly root: string;
  readonly below: readonly string[];
  /** Position of the task in its body: only what stands before a reader can have set what it reads. */
  readonly position: number;
}

/** Writers of one variable that are asked in turn, latest first. */
const MOST_WRITERS = 8;
const MOST_PARTS = 32;
const DEEPEST = 32;
/** Characters of a value of the initial state that is read. */
const LONGEST = 1024;

const keyOf = (path: readonly string[], length: number): string => path.slice(0, length).join('.');

/**
 * Upstream's mutable state, which there is none of here: a variable is read as the output of the task that set it last.
 * A task that was skipped has set nothing, so the ones before it are asked next, then the initial state.
 */
export class StateVariables {
  private readonly whole = new Map<string, Writer[]>();
  private readonly parts = new Map<string, Writer[]>();
  private readonly roots = new Set<string>();

  /** `writers` in the order of their positions. */
  constructor(
    writers: readonly Writer[],
    private readonly initial: JsonObject = {},
    private readonly outer?: { readonly variables: StateVariables; readonly position: number },
  ) {
    for (const writer of writers) {
      this.roots.add(writer.path[0] as string);
      append(this.whole, keyOf(writer.path, writer.path.length), writer);
      for (let length = 1; length < writer.path.length; length++)
        append(this.parts, keyOf(writer.path, length), writer);
    }
  }

  /** Whether anything here sets the variable or a part of it, before or after. */
  knows(root: string): boolean {
    return this.roots.has(root) || Object.hasOwn(this.initial, root) || (this.outer?.variables.knows(root) ?? false);
  }

  /** The CEL of a variable for a reader at a position; undefined when nothing before it sets it. Throws `Untranslatable`. */
  read(path: readonly string[], position: number): string | undefined {
    if (path.length > DEEPEST) throw new Untranslatable(`state variables lie at most ${DEEPEST} names deep`);
    const writers = this.writersOf(path, position);
    const parts = before(this.parts.get(path.join('.')) ?? [], position);
    const earlier = this.outer?.variables.read(path, this.outer.position) ?? this.initially(path);
    if (parts.length > 0) {
      if (writers.length > 0 || earlier !== undefined)
        throw new Untranslatable(`state.${path.join('.')} is set as a whole and in parts`);
      return this.composed(path, parts, position);
    }
    if (writers.length === 0) return earlier;
    if (writers.length > MOST_WRITERS)
      throw new Untranslatable(`more than ${MOST_WRITERS} tasks set state.${path.join('.')} before this one`);
    return writers.reduce((fallback, { root, below, path: { length } }) => {
      const names = [...below, ...path.slice(length)];
      if (names.length > 0) return `${lenient(root, names)}.orValue(${fallback})`;
      return fallback === 'null' ? root : `(${root} == null ? ${fallback} : ${root})`;
    }, earlier ?? 'null');
  }

  /** The last few writers of the variable or of what holds it, latest last. */
  private writersOf(path: readonly string[], position: number): readonly Writer[] {
    const found: Writer[] = [];
    for (let length = 1; length <= path.length; length++)
      found.push(...before(this.whole.get(keyOf(path, length)) ?? [], position).slice(-MOST_WRITERS - 1));
    return found.sort((a, b) => a.position - b.position).slice(-MOST_WRITERS - 1);
  }

  private composed(path: readonly string[], parts: readonly Writer[], position: number): string {
    const names = new Set(parts.slice(-MOST_PARTS - 1).map((writer) => writer.path[path.length] as string));
    if (parts.length > MOST_PARTS)
      throw new Untranslatable(`state.${path.join('.')} has more than ${MOST_PARTS} parts`);
    const entries = [...names].map((name) => `"${name}": ${this.read([...path, name], position) ?? 'null'}`);
    return `{${entries.join(', ')}}`;
  }

  private initially(path: readonly string[]): string | undefined {
    let value: Json = this.initial;
    for (const name of path) {
      if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
      value = value[name] as Json;
    }
    const literal = JSON.stringify(value);
    if (literal.length > LONGEST)
      throw new Untranslatable(
        `the initial state.${path.join('.')} has more than ${LONGEST} characters; pass it as an input`,
      );
    return literal;
  }
}

const append = (lists: Map<string, Writer[]>, key: string, writer: Writer): void => {
  const list = lists.get(key);
  if (list) list.push(writer);
  else lists.set(key, [writer]);
};

/** The last few writers before a position; they are in its order. */
const before = (writers: readonly Writer[], position: number): readonly Writer[] => {
  let low = 0;
  for (let high = writers.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((writers[middle] as Writer).position < position) low = middle + 1;
    else high = middle;
  }
  return writers.slice(Math.max(0, low - MOST_PARTS - 1), low);
};

const PATH = /^(?:state\.)?([A-Za-z_]\w{0,127}(?:\.[A-Za-z_]\w{0,127}){0,15})$/;

/** The variable that a text such as `document.metadata` or `state.document.metadata` names. */
export const statePath = (text: Json | undefined): readonly string[] | undefined =>
  typeof text === 'string' ? PATH.exec(text)?.[1]?.split('.') : undefined;

/** What upstream's state says of a task: its output, and words for how it ended. */
export const stateOfTask = (id: string, path: readonly string[]): string => {
  const output = `tasks.${id}.output`;
  const [name, ...below] = path;
  if (name === undefined) return output;
  if (name === 'timed_out') return `(tasks.${id}.status == "failed")`;
  const ended = HOW_IT_ENDED.get(name)?.(id, below) ?? 'null';
  return `${lenient(output, path)}.orValue(${ended})`;
};

/** Read where the output has no field of that name. */
const HOW_IT_ENDED: ReadonlyMap<string, (id: string, below: readonly string[]) => string> = new Map([
  ['success', (id) => `tasks.${id}.status == "completed"`],
  ['status', (id) => `tasks.${id}.status`],
  ['error', (id, below) => orNull(`tasks.${id}.error`, below)],
  ['result', (id, below) => orNull(`tasks.${id}.output`, below)],
]);

const orNull = (root: string, below: readonly string[]): string =>
  below.length === 0 ? root : `${lenient(root, below)}.orValue(null)`;

/** The event by which the value of a state variable comes from outside. Its payload is the variable. */
export const stateEvent = (root: string): string => `state.${root}`;
