import {
  fault,
  HarmoniaError,
  isJsonObject,
  pointer,
  type Fault,
  type Instant,
  type Json,
} from '../../kernel/index.js';

/** Years that a time may be of: what zones say of earlier ones differs, and later ones have five digits. */
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 11, 31);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** The moment that a text names; undefined when it names none, or leaves open of which zone. */
export const instantOf = (value: unknown): Instant | undefined => {
  const time = typeof value === 'number' && Number.isInteger(value) ? value : isoOf(value);
  return time !== undefined && time >= EARLIEST && time <= LATEST ? time : undefined;
};

const isoOf = (value: unknown): Instant | undefined => {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
};

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Reads the fields of a body and collects what is wrong with them. Throws `validation_error` when it is no object. */
export class Fields {
  readonly faults: Fault[] = [];
  private readonly source: Readonly<Record<string, Json>>;

  constructor(source: unknown) {
    if (!isJsonObject(source)) throw refusal('The request', fault('wrong_type', '', { expected: 'an object' }));
    this.source = source;
  }

  /** Reports every field that is none of these. */
  only(known: readonly string[]): void {
    for (const field of Object.keys(this.source).filter((name) => !known.includes(name)))
      this.faults.push(fault('unknown_field', pointer('', field), { field, known: known.join(', ') }));
  }

  /** Null is as good as nothing. */
  value(name: string): Json | undefined {
    const value = Object.hasOwn(this.source, name) ? this.source[name] : undefined;
    return value === null ? undefined : value;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  required(name: string): void {
    if (!this.has(name)) this.faults.push(fault('required_field', '', { field: name }));
  }

  text(name: string, most: number): string | undefined {
    return this.read(name, `a text of 1 to ${most} characters`, (value) =>
      typeof value === 'string' && value !== '' && value.length <= most ? value : undefined,
    );
  }

  number(name: string, { least, most }: Range, isWhole: boolean): number | undefined {
    return this.read(name, `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`, (value) => {
      const fits = typeof value === 'number' && value >= least && value <= most;
      return fits && (!isWhole || Number.isInteger(value)) ? value : undefined;
    });
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.read(name, `one of ${choices.join(', ')}`, (value) => choices.find((choice) => choice === value));
  }

  flag(name: string): boolean | undefined {
    return this.read(name, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  instant(name: string): Instant | undefined {
    return this.read(name, 'a time with its zone, such as 2026-11-29T03:00:00Z, from 1970 to 9999', instantOf);
  }

  /** What `make` makes of the field; a fault when it makes nothing of it. */
  read<T>(name: string, expected: string, make: (value: Json) => T | undefined): T | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const made = make(value);
    if (made === undefined) this.wrong(pointer('', name), expected);
    return made;
  }

  wrong(where: string, expected: string): void {
    this.faults.push(fault('wrong_type', where, { expected }));
  }
}

export const refusal = (subject: string, ...faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults });

/** Throws `validation_error` when there are faults. */
export const refuse = (subject: string, faults: readonly Fault[]): void => {
  if (faults.length > 0) throw refusal(subject, ...faults);
};
