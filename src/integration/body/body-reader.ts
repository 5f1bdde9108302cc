import {
  fault,
  isJsonObject,
  pointer,
  type Fault,
  type Instant,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import { instantOf } from './instant.js';
import { mustHaveNone, refusalOf } from './refusal.js';

interface TextWords {
  readonly most: number;
  readonly least?: number;
  readonly form?: RegExp;
  /** What `form` asks for, in words. */
  readonly expected?: string;
}

const LONGEST_OF_A_LIST = 4096;

const isShortText = (value: Json): boolean =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_OF_A_LIST;

const between = (value: Json, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object under the names that are asked for, whatever case they came in. */
export const withSnakeNames = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [snake(name), value]));

/** A body that is an object, under the names that are asked for. Throws `validation_error` when it is none. */
export const bodyOf = (body: unknown, subject: string): JsonObject => {
  if (isJsonObject(body)) return withSnakeNames(body);
  throw refusalOf(subject, [fault('wrong_type', '', { expected: 'an object' })]);
};

/**
 * Reads a body field by field and collects every fault. Names may be in camelCase; null is as good as absent. What nobody
 * has asked for is unknown, and a fault.
 */
export class BodyReader {
  private readonly fields: ReadonlyMap<string, Json>;
  private readonly asked = new Set<string>();

  constructor(
    body: JsonObject,
    readonly at = '',
    readonly faults: Fault[] = [],
  ) {
    this.fields = new Map(Object.entries(withSnakeNames(body)));
  }

  has(name: string): boolean {
    const value = this.fields.get(name);
    return value !== undefined && value !== null;
  }

  any(name: string): Json | undefined {
    this.asked.add(name);
    return this.fields.get(name) ?? undefined;
  }

  /** Known here, and looked at by nobody. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.asked.add(name);
  }

  /** What `make` makes of a field; a fault when it makes nothing of it. */
  read<T>(name: string, expected: string, make: (value: Json) => T | undefined): T | undefined {
    const value = this.any(name);
    return value === undefined ? undefined : (make(value) ?? this.wrong(name, expected));
  }

  text(name: string, { most, least = 1, form, expected }: TextWords): string | undefined {
    return this.read(name, expected ?? `a text of ${least} to ${most} characters`, (value) =>
      typeof value === 'string' && value.length <= most && value.length >= least && (form?.test(value) ?? true)
        ? value
        : undefined,
    );
  }

  flag(name: string): boolean | undefined {
    return this.read(name, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  whole(name: string, least: number, most: number): number | undefined {
    return this.read(name, `a whole number from ${least} to ${most}`, (value) =>
      Number.isInteger(value) ? between(value, least, most) : undefined,
    );
  }

  number(name: string, least: number, most: number): number | undefined {
    return this.read(name, `a number from ${least} to ${most}`, (value) => between(value, least, most));
  }

  instant(name: string): Instant | undefined {
    return this.read(name, 'a time with its zone, such as 2026-11-29T03:00:00Z, from 1970 to 9999', instantOf);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.read(name, `one of ${choices.join(', ')}`, (value) => choices.find((choice) => choice === value));
  }

  object(name: string): JsonObject | undefined {
    return this.read(name, 'an object', (value) => (isJsonObject(value) ? value : undefined));
  }

  texts(name: string, most: number): readonly string[] | undefined {
    return this.read(name, `a list of 1 to ${most} texts`, (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isShortText)
        ? (value as readonly string[])
        : undefined,
    );
  }

  /** Another reader for an object inside this one. */
  inner(name: string): BodyReader | undefined {
    const value = this.object(name);
    return value && new BodyReader(value, pointer(this.at, name), this.faults);
  }

  /** What things say for people. */
  describes(): void {
    this.must('name', this.text('name', { most: 255 }));
    this.text('description', { most: 4000, least: 0 });
    this.object('metadata');
  }

  must<T>(name: string, value: T | undefined): T | undefined {
    if (value === undefined && !this.has(name)) this.faults.push(fault('required_field', this.at, { field: name }));
    return value;
  }

  wrong(name: string, expected: string): undefined {
    this.faults.push(fault('wrong_type', pointer(this.at, name), { expected }));
    return undefined;
  }

  /** After the last question. */
  refuseUnknown(): void {
    const known = [...this.asked].sort().join(', ');
    for (const [field, value] of this.fields)
      if (value !== null && !this.asked.has(field))
        this.faults.push(fault('unknown_field', pointer(this.at, field), { field, known }));
  }

  /** The end of a body: throws `validation_error` when something was wrong with it, or unknown. */
  finish(subject: string): void {
    this.refuseUnknown();
    mustHaveNone(subject, this.faults);
  }
}
