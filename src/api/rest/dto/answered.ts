import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';

type Decorated = MethodDecorator & ClassDecorator;

interface AnswerWords {
  readonly status?: number;
  readonly description?: string;
  /** Top-level keys beside `data`, by name the schema. */
  readonly hints?: Readonly<Record<string, object>>;
}

const ENVELOPE = {
  status: { type: 'string', enum: ['success'] },
  success: { type: 'boolean', enum: [true] },
  message: { type: 'string' },
};

/** The envelope of answers around something. */
export const enveloped = (data: object, hints: Readonly<Record<string, object>>): object => ({
  type: 'object',
  required: [...Object.keys(ENVELOPE), 'data', ...Object.keys(hints)],
  properties: { ...ENVELOPE, data, ...hints },
});

const uuid = { type: 'string', format: 'uuid' };
const whole = { type: 'integer' };

/** Hints that name what was made. */
export const naming = (...names: string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, uuid]));

const described = (schema: object, { status = 200, description = 'Success.' }: AnswerWords): Decorated =>
  ApiResponse({ status, description, content: { 'application/json': { schema } } });

/** Answers in the envelope with one thing, of one class or of one of several. */
export const Answered = (of: Type<object> | readonly Type<object>[], words: AnswerWords = {}): Decorated => {
  const classes = [of].flat();
  const schemas = classes.map((one) => ({ $ref: getSchemaPath(one) }));
  const data = schemas.length === 1 ? (schemas[0] as object) : { anyOf: schemas };
  return applyDecorators(ApiExtraModels(...classes), described(enveloped(data, words.hints ?? {}), words));
};

/** Answers in the envelope with what a schema describes. */
export const AnsweredWith = (data: object, hints: Readonly<Record<string, object>> = {}): Decorated =>
  described(enveloped(data, hints), {});

/** Answers in the envelope with `data: null`. */
export const AnsweredEmpty = (): Decorated =>
  described(enveloped({ type: 'object', nullable: true, enum: [null] }, {}), {});

/** Answers with a page of a list, in `data`, in `items`, and under its own name. */
export const AnsweredList = (name: string, of: Type<object>, words: AnswerWords = {}): Decorated => {
  const items = { type: 'array', items: { $ref: getSchemaPath(of) } };
  const hints = words.hints ?? { total: whole, page: whole, limit: whole };
  return applyDecorators(ApiExtraModels(of), described(enveloped(items, { [name]: items, items, ...hints }), words));
};

/** Answers bare, without the envelope. */
export const AnsweredBare = (of: Type<object>, words: AnswerWords = {}): Decorated =>
  applyDecorators(ApiExtraModels(of), described({ $ref: getSchemaPath(of) }, words));
