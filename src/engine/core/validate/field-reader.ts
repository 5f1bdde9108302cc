import {
  fault,
  isJsonObject,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../../kernel/index.js';

/** Reads the fields of one object of a document and collects what is wrong with them, each at its pointer. */
export class FieldReader {
  constructor(
    readonly object: JsonObject,
    readonly where: JsonPointer,
    private readonly faults: Fault[],
  ) {}

  /** A fault for every field that is not in `known`. */
  refuseUnknown(known: readonly string[]): void {
    for (const field of Object.keys(this.object)) {
      if (!known.includes(field))
        this.report(fault('unknown_field', this.at(field), { field, known: [...new Set(known)].join(', ') }));
    }
  }

  /** Reads the fields of an object inside this one; faults go to the same list. */
  below(object: JsonObject, ...tokens: (string | number)[]): FieldReader {
    return new FieldReader(object, this.at(...tokens), this.faults);
  }

  at(...tokens: (string | number)[]): JsonPointer {
    return pointer(this.where, ...tokens);
  }

  report(found: Fault): void {
    this.faults.push(found);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.object, field);
  }

  raw(field: string): Json | undefined {
    return this.has(field) ? this.object[field] : undefined;
  }

  text(field: string): string | undefined {
    return this.read(field, 'text', (value) => (typeof value === 'string' ? value : undefined));
  }

  flag(field: string): boolean | undefined {
    return this.read(field, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  record(field: string): JsonObject | undefined {
    return this.read(field, 'an object', (value) => (isJsonObject(value) ? value : undefined));
  }

  texts(field: string): readonly string[] | undefined {
    return this.read(field, 'a list of texts', (value) =>
      Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined,
    );
  }

  /** A number from `min` to `max`. */
  number(
    field: string,
    bounds: { readonly min: number; readonly max: number; readonly integer?: true },
  ): number | undefined {
    const expected = `${bounds.integer ? 'a whole number' : 'a number'} from ${bounds.min} to ${bounds.max}`;
    return this.read(field, expected, (value) => {
      if (typeof value !== 'number' || (bounds.integer && !Number.isInteger(value))) return undefined;
      return value >= bounds.min && value <= bounds.max ? value : undefined;
    });
  }

  choice<T extends string>(field: string, choices: readonly T[]): T | undefined {
    return this.read(field, `one of ${choices.join(', ')}`, (value) => choices.find((choice) => choice === value));
  }

  private read<T>(field: string, expected: string, accept: (value: Json) => T | undefined): T | undefined {
    if (!this.has(field)) return undefined;
    const accepted = accept(this.object[field] as Json);
    if (accepted === undefined) this.report(fault('wrong_type', this.at(field), { expected }));
    return accepted;
  }
}
