import type { ClassConstructor } from 'class-transformer';
import { isStrict, schemasOf } from './fields.js';

/** A JSON Schema (2020-12) whose root is an object. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly [word: string]: unknown;
}

const SCALARS = new Map<unknown, object>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
]);

const typeWords = (type: unknown): object => {
  const scalar = SCALARS.get(type);
  if (scalar) return scalar;
  if (Array.isArray(type)) return { type: 'array', items: typeWords(type[0]) };
  if (typeof type === 'function') return bodySchema(type as ClassConstructor<object>);
  return type === undefined ? {} : { type };
};

/** The JSON Schema of a body, as its fields say: what the contract says of it, for those who read no OpenAPI. */
export const bodySchema = (of: ClassConstructor<object>): ObjectSchema => {
  const fields = Object.entries(schemasOf(of));
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  const properties = fields.map(([name, { schema }]): [string, object] => {
    const { type, ...rest } = schema;
    return [name, { ...typeWords(type), ...rest }];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(isStrict(of) && { additionalProperties: false }),
  };
};
