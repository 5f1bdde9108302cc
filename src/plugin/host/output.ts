import { messageOf, type Json } from '../../kernel/index.js';
import type { Failure } from '../../engine/core/index.js';

export type CheckedOutput =
  { readonly is: 'json'; readonly output: Json } | { readonly is: 'refused'; readonly failure: Failure };

const refused = (reason: string): CheckedOutput => ({
  is: 'refused',
  failure: { kind: 'fatal', code: 'output_invalid', message: messageOf('output_invalid', { reason }) },
});

const tooLarge = (size: number, limit: number): CheckedOutput => {
  const params = { subject: 'The output', size, limit, setting: 'HARMONIA_MAX_PAYLOAD_BYTES' };
  return {
    is: 'refused',
    failure: { kind: 'fatal', code: 'payload_too_large', message: messageOf('payload_too_large', params) },
  };
};

/** Nesting of an output. */
const DEEPEST = 200;
/** Bytes of JSON text that one character of a string can take at most: a control character is written as six. */
const WIDEST = 6;

/** Characters of a path in a message. */
const PATH_SHOWN = 100;

class NoJson extends Error {}
class TooLarge extends Error {
  constructor(readonly least: number) {
    super();
  }
}

/** `Object.prototype`, of this realm or another: a task may have made its output in a `vm` context. */
const isPlainPrototype = (prototype: object | null): boolean =>
  prototype === null ||
  prototype === Object.prototype ||
  (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));

const nameOf = (value: object): string => {
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name : 'strange object';
};

/**
 * Copies plain JSON, and measures it. A copy, because the task may keep the value and change it later, while what was
 * recorded must stay as it is. Object keys are own data properties in the copy, `__proto__` included.
 */
class Copier {
  /** Bytes of JSON text: at least, and at most. Exact is dear; most outputs are far from the limit. */
  private least = 0;
  most = 0;
  /** Where the copying is. */
  private readonly path: (string | number)[] = [];

  constructor(private readonly limit: number) {}

  copy(value: unknown): Json {
    if (typeof value === 'string') {
      this.count(value.length + 2, WIDEST * value.length + 2);
      return value;
    }
    if (value === null || typeof value === 'boolean') {
      this.count(4, 5);
      return value;
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new NoJson(`${this.where()} is ${value}`);
      this.count(1, 25);
      // JSON text knows no minus zero: a replay would read 0.
      return value === 0 ? 0 : value;
    }
    if (typeof value !== 'object') throw new NoJson(`${this.where()} is a ${typeof value}`);
    if (this.path.length >= DEEPEST)
      throw new NoJson(`${this.where()} is nested deeper than ${DEEPEST} levels, or in a circle`);
    this.count(2, 2);
    return Array.isArray(value) ? this.list(value) : this.object(value);
  }

  private list(value: readonly unknown[]): Json {
    const copy: Json[] = [];
    for (let index = 0; index < value.length; index++) {
      if (index > 0) this.count(1, 1);
      this.path.push(index);
      copy.push(this.copy(value[index]));
      this.path.pop();
    }
    return copy;
  }

  private object(value: object): Json {
    if (!isPlainPrototype(Object.getPrototypeOf(value) as object | null))
      throw new NoJson(`${this.where()} is a ${nameOf(value)}`);
    const copy: Record<string, Json> = {};
    let comma = 0;
    for (const [key, entry] of Object.entries(value)) {
      this.count(key.length + 3 + comma, WIDEST * key.length + 4);
      comma = 1;
      this.path.push(key);
      const inner = this.copy(entry);
      this.path.pop();
      if (key === '__proto__')
        Object.defineProperty(copy, key, { value: inner, enumerable: true, writable: true, configurable: true });
      else copy[key] = inner;
    }
    return copy;
  }

  /** Stops early: a value that holds one part a million times over costs no more than the limit. */
  private count(least: number, most: number): void {
    this.least += least;
    this.most += most;
    if (this.least > this.limit) throw new TooLarge(this.least);
  }

  private where(): string {
    const text = this.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    return `output${text}`.slice(0, PATH_SHOWN);
  }
}

/** A copy of plain JSON of bounded size; `undefined` counts as null. `maxBytes` is the UTF-8 length of its JSON text. */
export const checkOutput = (value: unknown, maxBytes: number): CheckedOutput => {
  if (value === undefined || value === null) return { is: 'json', output: null };
  const copier = new Copier(maxBytes);
  try {
    const output = copier.copy(value);
    if (copier.most <= maxBytes) return { is: 'json', output };
    const size = Buffer.byteLength(JSON.stringify(output));
    return size <= maxBytes ? { is: 'json', output } : tooLarge(size, maxBytes);
  } catch (error) {
    if (error instanceof TooLarge) return tooLarge(error.least, maxBytes);
    return refused(error instanceof NoJson ? error.message : 'it cannot be read');
  }
};
