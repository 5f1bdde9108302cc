import { describe, expect, test } from '@jest/globals';
import fc, { type GeneratorValue } from 'fast-check';
import { compileTemplate, evaluateTemplate, syntaxOf } from '../../../src/engine/core/expression/index.js';
import { checkExpression } from '../../../src/engine/core/validate/expression-types/check.js';
import { misfits } from '../../../src/engine/core/validate/expression-types/fit.js';
import { typeOfSchema } from '../../../src/engine/core/validate/expression-types/schema.js';
import { mayBe, mayBeEqual, resultOf, typeOfValue } from '../../../src/engine/core/validate/expression-types/type.js';
import { createSchemaChecker } from '../../../src/json-schema/index.js';
import type { Json, JsonObject } from '../../../src/kernel/index.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 100_000 : 1200;
const schemas = createSchemaChecker();
const NAMES = ['a', 'b', 'c', 'constructor'];
const SCALARS = ['string', 'number', 'boolean', 'null'] as const;

/** A schema and a value that fits it. */
interface Made {
  readonly schema: Json;
  readonly data: Json;
}

class Maker {
  constructor(private readonly g: GeneratorValue) {}

  private chance(percent: number): boolean {
    return this.g(fc.integer, { min: 0, max: 99 }) < percent;
  }

  private pick<T>(values: readonly T[]): T {
    return values[this.g(fc.integer, { min: 0, max: values.length - 1 })] as T;
  }

  private scalar(type: string): Json {
    if (type === 'string') return this.pick(['', 'a', 'b', '12']);
    if (type === 'number') return this.pick([0, 1, 2.5, -1]);
    return type === 'boolean' ? this.chance(50) : null;
  }

  made(depth: number): Made {
    const kind = this.g(fc.integer, { min: 0, max: depth > 0 ? 11 : 5 });
    if (kind <= 2) return this.ofTypes();
    if (kind === 3) return this.listed();
    if (kind === 4) return { schema: {}, data: this.anything() };
    if (kind <= 8 && depth > 0) return this.object(depth);
    if (kind === 9) return this.list(depth);
    if (kind === 10) return this.both(depth);
    return this.wrapped(depth);
  }

  private anything(): Json {
    return this.pick<Json>([null, 1, 'a', true, [], [1], {}, { a: 1 }, { a: { b: 'x' } }]);
  }

  private ofTypes(): Made {
    const types = this.chance(70) ? [this.pick(SCALARS)] : [this.pick(SCALARS), this.pick(SCALARS)];
    const [only] = types;
    const data = this.scalar(this.pick(types));
    return { schema: { type: types.length === 1 ? (only as string) : [...new Set(types)] }, data };
  }

  private listed(): Made {
    const values = Array.from({ length: 1 + this.g(fc.integer, { min: 0, max: 2 }) }, () => this.anything());
    const data = this.pick(values);
    return {
      schema: this.chance(30)
        ? { const: data }
        : { enum: [...new Map(values.map((v) => [JSON.stringify(v), v])).values()] },
      data,
    };
  }

  private object(depth: number): Made {
    const properties: Record<string, Json> = {};
    const data: Record<string, Json> = {};
    const required: string[] = [];
    for (const name of NAMES) {
      if (!this.chance(50)) continue;
      const inner = this.made(depth - 1);
      properties[name] = inner.schema;
      if (this.chance(60)) required.push(name);
      if (required.includes(name) || this.chance(50)) data[name] = inner.data;
    }
    const rest = this.g(fc.integer, { min: 0, max: 3 });
    const extra = rest === 2 ? this.made(0) : undefined;
    if (rest === 1 && this.chance(50)) data.more = this.anything();
    if (extra && this.chance(50)) data.more = extra.data;
    const closed = rest === 0 ? { additionalProperties: false } : extra ? { additionalProperties: extra.schema } : {};
    const typed = this.chance(85) ? { type: 'object' } : {};
    return { schema: { ...typed, properties, ...(required.length > 0 ? { required } : {}), ...closed } as Json, data };
  }

  private list(depth: number): Made {
    const items = this.made(depth - 1);
    const data = Array.from({ length: this.g(fc.integer, { min: 0, max: 2 }) }, () => items.data);
    return { schema: { type: 'array', items: items.schema }, data };
  }

  /** Two descriptions of the same value. */
  private both(depth: number): Made {
    const one = this.made(depth - 1);
    return { schema: { allOf: [one.schema, this.chance(50) ? {} : one.schema] }, data: one.data };
  }

  private wrapped(depth: number): Made {
    const one = this.made(depth - 1);
    const other = this.made(0);
    return { schema: { anyOf: [one.schema, other.schema] }, data: this.chance(50) ? one.data : other.data };
  }

  expression(depth: number): string {
    if (depth <= 0 || this.chance(25)) return this.access();
    const inner = (): string => this.expression(depth - 1);
    const shapes: readonly (() => string)[] = [
      () => `(${inner()} ${this.pick(['+', '-', '*', '<', '>=', '==', '!=', 'in', '&&', '||'])} ${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `${this.pick(['!', '-'])}(${inner()})`,
      () =>
        `${this.pick(['size', 'string', 'double', 'typeOf', 'isEmpty', 'math.abs', 'keys', 'toJson', 'dyn', 'type'])}(${inner()})`,
      () =>
        `(${inner()}).${this.pick(['size', 'upper', 'first', 'reverse', 'sort', 'keys', 'sum', 'hasValue', 'value', 'trim'])}()`,
      () =>
        `(${inner()}).${this.pick(['map', 'filter', 'all', 'exists', 'sortBy', 'groupBy'])}(x, ${this.pick(['x', 'x.a', 'x == 1', inner()])})`,
      () => `(${inner()}).${this.pick(['orValue', 'contains', 'join', 'indexOf', 'padStart'])}(${inner()})`,
      () => `coalesce(${inner()}, ${inner()})`,
      () => `[${inner()}, ${inner()}]${this.pick(['', '[0]', '[1]'])}`,
      () => `{"a": ${inner()}, "b": ${inner()}}${this.pick(['', '.a', '.c', '["b"]', '.?c'])}`,
      () => `has(input.${this.pick(NAMES)}.${this.pick(NAMES)})`,
      () => this.pick(['1', '"a"', 'null', 'true', '[]', '{}', '"12"', 'timestamp(0)', 'duration("1s")', 'bytes("a")']),
    ];
    return this.pick(shapes)();
  }

  private access(): string {
    let text = 'input';
    const steps = this.g(fc.integer, { min: 0, max: 3 });
    for (let step = 0; step < steps; step++) {
      const name = this.pick([...NAMES, 'more']);
      text += this.pick([`.${name}`, `.${name}`, `.${name}`, `["${name}"]`, '[0]', `.?${name}`, '[?0]', '[input]']);
    }
    return text;
  }
}

const outcome = (expression: string, data: Json): 'refused' | { value: Json } | { error: string } => {
  const compiled = compileTemplate(`\${${expression}}`, { pointer: '', names: new Set(['input']), secrets: false });
  if (compiled.faults.length > 0) return 'refused';
  const result = evaluateTemplate(compiled.value, { variables: { input: data }, now: 0, uuid: () => 'u' });
  return result.ok ? { value: result.value.value } : { error: result.error.message };
};

const checked = (expression: string, schema: Json) => {
  const { value } = compileTemplate(`\${${expression}}`, { pointer: '', names: new Set(['input']), secrets: false });
  if (value.is !== 'expression') throw new Error('no expression');
  const { ast, text } = syntaxOf(value.expression);
  const names = new Map([['input', typeOfSchema(schema, { defaults: false })]]);
  const { type, findings } = checkExpression(ast, names, { source: text, pointer: '' });
  return { type, fails: findings.filter(({ severity }) => severity === 'fails') };
};

const JSON_KINDS = ['null', 'bool', 'number', 'string', 'list', 'object', 'optional'] as const;

describe('the check of types never refuses what would run', () => {
  test('a value that fits a schema is of its type', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { schema, data } = new Maker(g).made(3);
        expect(mayBeEqual(typeOfValue(data), typeOfSchema(schema, { defaults: false }))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('what is a fault fails on all data that fits; what runs is of the type that was told', () => {
    let [fails, runs, empty] = [0, 0, 0];
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const maker = new Maker(g);
        const { schema, data } = maker.made(3);
        const compiled = schemas.compile(schema);
        expect(compiled.ok && compiled.value.check(data)).toEqual([]);
        const expression = maker.expression(3);
        const result = outcome(expression, data);
        if (result === 'refused') return void (empty += 1);
        const { type, fails: faults } = checked(expression, schema);
        if (faults.length > 0) {
          fails += 1;
          const said = JSON.stringify({
            expression,
            schema,
            data,
            faults: faults.map(({ message }) => message),
            result,
          });
          expect('error' in result ? '' : said).toBe('');
        } else if ('value' in result) {
          runs += 1;
          const fits = mayBe(type, ...JSON_KINDS) && mayBeEqual(typeOfValue(result.value), resultOf(type));
          expect(fits ? '' : JSON.stringify({ expression, schema, data, result, type })).toBe('');
        }
      }),
      { numRuns: RUNS },
    );
    // The property says nothing if nothing is found, or everything.
    expect(fails).toBeGreaterThan(RUNS / 40);
    expect(runs).toBeGreaterThan(RUNS / 10);
    expect(empty).toBeLessThan(RUNS / 2);
  });

  test('an input that can not fit what is wanted does not fit it', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const maker = new Maker(g);
        const [given, wanted] = [maker.made(2), maker.made(2)];
        const source: JsonObject = {
          a: '${input}',
          b: `n ${maker.expression(0).length} \${input}`,
          c: maker.made(1).data,
        };
        const compiled = compileTemplate(source, { pointer: '', names: new Set(['input']), secrets: false });
        const typeOf = () => typeOfSchema(given.schema, { defaults: false });
        const type = typeOfSchema(wanted.schema, { defaults: false });
        const faults = misfits(compiled.value, type, { pointer: '', typeOf });
        const result = evaluateTemplate(compiled.value, { variables: { input: given.data }, now: 0, uuid: () => 'u' });
        if (faults.length === 0 || !result.ok) return;
        found += 1;
        const schema = schemas.compile(wanted.schema);
        expect(schema.ok && schema.value.check(result.value.value).length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
    expect(found).toBeGreaterThan(RUNS / 10);
  });
});
