import jsonata from 'jsonata';
import type { JsonObject } from '@tekton/harmonia/plugin';
import { MOST_ITEMS } from '../bounds.js';
import { Late, Wrong, type Deadline } from './wrong.js';

/** Calls within calls. */
const DEEPEST = 400;

/** Functions that answer otherwise each time, or run text as an expression, and what to do instead. */
const ABSENT: Readonly<Record<string, string>> = {
  now: 'Hand the time in: `variables: { now: "${now()}" }`.',
  millis: 'Hand the time in: `variables: { now: "${now()}" }`.',
  random: 'A calculation gives the same each time. Hand the number in.',
  shuffle: 'A calculation gives the same each time. Sort by something that is handed in.',
  eval: 'Write the expression out.',
};

/** What `jsonata` throws is no error but an object with a code. */
interface Thrown {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly position?: unknown;
}

const said = (thrown: unknown): string => {
  const { message } = (thrown ?? {}) as Thrown;
  return (typeof message === 'string' && message !== '' ? message : String(thrown)).slice(0, 1000);
};

/** A compiled expression. It sees JSON and variables; it knows no clock, no chance, no prototype and nothing of the host. */
export class Expression {
  private readonly compiled: jsonata.Expression;
  private readonly options: { timeout: number; readonly stack: number; readonly sequence: number };

  /** Throws `Wrong` with `expression_invalid`. */
  constructor(
    text: string,
    private readonly field: string,
    private readonly deadline: Deadline,
  ) {
    this.options = { timeout: deadline.left, stack: DEEPEST, sequence: MOST_ITEMS };
    try {
      this.compiled = jsonata(text, this.options);
    } catch (error) {
      const { position } = error as Thrown;
      const at: JsonObject = typeof position === 'number' ? { position } : {};
      throw new Wrong('expression_invalid', `\`${field}\` is no JSONata expression: ${said(error)}`, { field, ...at });
    }
    for (const [name, cure] of Object.entries(ABSENT)) {
      this.compiled.registerFunction(name, () => {
        throw new Wrong('expression_failed', `There is no $${name} here. ${cure}`);
      });
    }
  }

  /** The value for a context, `undefined` when there is none. `index` is said when it fails. */
  async of(context: unknown, variables: Readonly<Record<string, unknown>>, index?: number): Promise<unknown> {
    this.options.timeout = this.deadline.left;
    try {
      return await this.compiled.evaluate(context, variables);
    } catch (error) {
      throw this.failed(error, index);
    }
  }

  private failed(error: unknown, index: number | undefined): Error {
    const { code, position } = (error ?? {}) as Thrown;
    if (code === 'D1012') return new Late();
    const where: JsonObject = index === undefined ? { field: this.field } : { field: this.field, index };
    const at: JsonObject = typeof position === 'number' ? { position } : {};
    const of = index === undefined ? '' : ` for item ${index}`;
    return new Wrong('expression_failed', `\`${this.field}\` failed${of}: ${said(error)}`, { ...where, ...at });
  }
}

/** What counts as true: as `$boolean` has it, so that empty texts, lists and objects, 0 and nothing do not. */
export const isTrue = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
};

/** JSON of a value that an expression gave. Nothing is null. Throws `Wrong` when it is no JSON. */
export const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value ?? null, refuseFunctions) ?? 'null';
  } catch (error) {
    if (error instanceof Wrong) throw error;
    // A text longer than the machine can hold, or a circle.
    throw new Wrong('result_invalid', 'The result is no JSON, or larger than any text can be.');
  }
};

const refuseFunctions = (_key: string, value: unknown): unknown => {
  const { _jsonata_function, _jsonata_lambda } = (value ?? {}) as Record<string, unknown>;
  if (typeof value === 'function' || _jsonata_function === true || _jsonata_lambda === true)
    throw new Wrong('result_invalid', 'The result holds a function.');
  return value;
};
