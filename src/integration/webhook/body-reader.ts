import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';

interface TextWords {
  readonly most: number;
  readonly least?: number;
  readonly form?: RegExp;
  /** What `form` asks for, in words. */
  readonly expected?: string;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object under the names that are asked for, whatever case they came in. */
export const withSnakeNames = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [snake(name), value]));

/**
 * Reads a body field by field and collects every fault. Names may be in camelCase; null is as good as absent. What nobody
 * has asked for is unknown, and a fault.
 */
export class BodyReader {
  private readonly fields: ReadonlyMap<string, Json>;
  private readonly asked = new Set<string>();

  constructor(
    body: JsonObject,
    readonly at: string,
    readonly faults: Fault[],
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

  text(name: string, { most, least = 1, form, expected }: TextWords): string | undefined {
    const value = this.any(name);
    if (value === undefined) return undefined;
    const isGood =
      typeof value === 'string' && value.length <= most && value.length >= least && (form?.test(value) ?? true);
    if (isGood) return value;
    return this.wrong(name, expected ?? `a text of ${least} to ${most} characters`);
  }

  flag(name: string): boolean | undefined {
    const value = this.any(name);
    return value === undefined || typeof value === 'boolean' ? value : this.wrong(name, 'true or false');
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.any(name);
    if (value === undefined) return undefined;
    const isGood = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    return isGood ? value : this.wrong(name, `a whole number from ${least} to ${most}`);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.any(name);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? this.wrong(name, `one of ${choices.join(', ')}`);
  }

  object(name: string): JsonObject | undefined {
    const value = this.any(name);
    return value === undefined || isJsonObject(value) ? value : this.wrong(name, 'an object');
  }

  texts(name: string, most: number): readonly string[] | undefined {
    const value = this.any(name);
    if (value === undefined) return undefined;
    const isGood =
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= most &&
      value.every((entry) => typeof entry === 'string' && entry !== '' && entry.length <= 4096);
    return isGood ? (value as readonly string[]) : this.wrong(name, `a list of 1 to ${most} texts`);
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
}
