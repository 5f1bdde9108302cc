const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, is } = Object;
const { ownKeys } = Reflect;

type Key = string | symbol;

/** An object that all code of the thread shares, as it was. Reading a value is quick, asking for a property is not. */
interface Kept {
  readonly object: Readonly<Record<Key, unknown>>;
  readonly prototype: object | null;
  readonly count: number;
  readonly values: readonly (readonly [key: Key, value: unknown])[];
  readonly accessors: readonly (readonly [key: Key, property: PropertyDescriptor])[];
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Prototypes that no global names. */
const hidden = (): object[] => {
  const generator = function* (): Generator {
    yield 0;
  };
  const asyncGenerator = async function* (): AsyncGenerator {
    yield await Promise.resolve(0);
  };
  const samples = [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
  const functions = [generator, asyncGenerator, async () => await Promise.resolve()];
  const found: object[] = [];
  for (let one of [...samples, ...functions, new Uint8Array()] as (object | null)[]) {
    for (one = one && (getPrototypeOf(one) as object | null); one; one = getPrototypeOf(one) as object | null)
      found.push(one);
  }
  return found;
};

const keep = (object: object): Kept => {
  const values: [Key, unknown][] = [];
  const accessors: [Key, PropertyDescriptor][] = [];
  for (const key of ownKeys(object)) {
    const property = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    if (property.get ?? property.set) accessors.push([key, property]);
    else values.push([key, property.value]);
  }
  return {
    object: object as Kept['object'],
    prototype: getPrototypeOf(object) as object | null,
    count: countOf(object),
    values,
    accessors,
  };
};

/** Globals that are made when they are first read have a getter at first, which then answers what stands there. */
const isSame = (was: PropertyDescriptor, now: PropertyDescriptor | undefined): boolean => {
  if (now === undefined) return false;
  if (was.get !== undefined && now.get === undefined) return was.get.call(globalThis) === now.value;
  return was.get === now.get && was.set === now.set;
};

/** What Node keeps among the globals once `fetch` was used. */
const LATE = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalOrigin.1')] as const;

const countOf = (object: object): number => {
  const { length } = ownKeys(object);
  if (object !== globalThis) return length;
  return length - (hasOwn(object, LATE[0]) ? 1 : 0) - (hasOwn(object, LATE[1]) ? 1 : 0);
};

/** Counts by hand: iterators and methods of lists are among what may have been changed. */
const isUnchanged = ({ object, prototype, count, values, accessors }: Kept): boolean => {
  if (getPrototypeOf(object) !== prototype || countOf(object) !== count) return false;
  for (let index = 0; index < values.length; index++) {
    const entry = values[index] as Kept['values'][number];
    if (!is(object[entry[0]], entry[1])) return false;
  }
  for (let index = 0; index < accessors.length; index++) {
    const entry = accessors[index] as Kept['accessors'][number];
    if (!isSame(entry[1], getOwnPropertyDescriptor(object, entry[0]))) return false;
  }
  return true;
};

/** Remembers the globals, what they hold, and their prototypes. The answer says whether they are still as they were. */
export const rememberIntrinsics = (): (() => boolean) => {
  const objects = new Set<object>([globalThis, ...hidden()]);
  for (const key of ownKeys(globalThis)) {
    const value: unknown = getOwnPropertyDescriptor(globalThis, key)?.value;
    if (!isObject(value) || value === process) continue;
    objects.add(value);
    const prototype: unknown = getOwnPropertyDescriptor(value, 'prototype')?.value;
    if (isObject(prototype)) objects.add(prototype);
  }
  const kept = [...objects].map(keep);
  return () => {
    for (let index = 0; index < kept.length; index++) if (!isUnchanged(kept[index] as Kept)) return false;
    return true;
  };
};
