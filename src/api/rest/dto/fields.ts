import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, plainToInstance, Transform, type ClassConstructor } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { isJsonObject, pointer, type JsonPointer } from '../../../kernel/index.js';

/** What a field is called elsewhere, and what it means. */
export interface FieldWords {
  /** Names that callers use beside its own. The camelCase form of its own is known. */
  readonly also?: readonly string[];
  readonly description?: string;
  readonly required?: boolean;
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The value of the field under its own name, else under the first other one that is there; null is as good as nothing. */
const underAnyName = (also: readonly string[], make = (found: unknown): unknown => found): PropertyDecorator =>
  Transform(({ obj, key, value }: { obj: unknown; key: string; value: unknown }): unknown => {
    const body = obj as Readonly<Record<string, unknown>>;
    return make(
      value ?? [camel(key), ...also].map((name) => body[name]).find((found) => found !== undefined && found !== null),
    );
  });

const field = (
  { also = [], description, required = false }: FieldWords,
  schema: object,
  make?: (found: unknown) => unknown,
): PropertyDecorator[] => [
  ApiProperty({ required, ...(description !== undefined && { description }), ...schema }),
  // Without it a field that stands under another name only would not be looked at.
  Expose(),
  underAnyName(also, make),
  Known(also),
  Schemed({ required, schema: { ...schema, ...(description !== undefined && { description }) } }),
  ...(required ? [] : [IsOptional()]),
];

const STRICT = Symbol('strict');
const ALIASES = Symbol('aliases');
const SCHEMAS = Symbol('schemas');

/** What a field takes, in the words of `ApiProperty`. */
export interface FieldSchema {
  readonly required: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** By its own name, every field of a body. */
export const schemasOf = ({ prototype }: ClassConstructor<object>): Readonly<Record<string, FieldSchema>> =>
  (Reflect.getMetadata(SCHEMAS, prototype as object) ?? {}) as Readonly<Record<string, FieldSchema>>;

const Schemed =
  (of: FieldSchema): PropertyDecorator =>
  (prototype, field) => {
    const others = schemasOf({ prototype } as ClassConstructor<object>);
    Reflect.defineMetadata(SCHEMAS, { ...others, [String(field)]: of }, prototype);
  };

/** By other name the own one, of all fields of a class. */
type Aliases = Readonly<Record<string, string>>;

const aliasesOf = (of: object): Aliases => (Reflect.getMetadata(ALIASES, of) ?? {}) as Aliases;

const Known =
  (also: readonly string[]): PropertyDecorator =>
  (prototype, field) => {
    const own = String(field);
    const others = Object.fromEntries([camel(own), ...also].map((name) => [name, own]));
    Reflect.defineMetadata(ALIASES, { ...aliasesOf(prototype), ...others, [own]: own }, prototype);
  };

/** A body that takes no other fields than its own, under any of their names. The one way in which this API refuses a field. */
export const Strict = (): ClassDecorator => (target) => Reflect.defineMetadata(STRICT, true, target);

export const isStrict = (of: unknown): of is ClassConstructor<object> =>
  typeof of === 'function' && Reflect.getMetadata(STRICT, of) === true;

/** A field that a strict body does not have. */
export interface UnknownField {
  readonly at: JsonPointer;
  readonly field: string;
  /** Those that it has. */
  readonly known: string;
}

/**
 * What stands under no name of a field of a strict body: of this one, and of those inside it, be it strict itself or not.
 * Null is as good as nothing.
 */
export const unknownFields = (body: unknown, of: ClassConstructor<object>, at: JsonPointer = ''): UnknownField[] => {
  if (!isJsonObject(body)) return [];
  const aliases = aliasesOf(of.prototype as object);
  const known = [...new Set(Object.values(aliases))].sort().join(', ');
  const given = Object.keys(body).filter((field) => body[field] !== null);
  const strangers = isStrict(of) ? given.filter((field) => !Object.hasOwn(aliases, field)) : [];
  const nested = Object.entries(bodiesIn(of)).flatMap(([own, inner]) => {
    const named = Object.entries(aliases).flatMap(([name, field]) => (field === own ? [name] : []));
    const under = [own, ...named].find((name) => given.includes(name));
    if (under === undefined) return [];
    const [found, here] = [body[under], pointer(at, under)];
    if (!Array.isArray(found)) return unknownFields(found, inner, here);
    return found.flatMap((one, index) => unknownFields(one, inner, pointer(here, String(index))));
  });
  return [...strangers.map((field) => ({ at: pointer(at, field), field, known })), ...nested];
};

/** By field, the bodies that stand inside of one. */
export const bodiesIn = (of: ClassConstructor<object>): Readonly<Record<string, ClassConstructor<object>>> =>
  Object.fromEntries(
    Object.entries(schemasOf(of)).flatMap(([field, { schema }]) => {
      const inner: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
      return isBody(inner) ? [[field, inner]] : [];
    }),
  );

/** Whether it is a class whose fields are declared with the words of this file. */
export const isBody = (of: unknown): of is ClassConstructor<object> =>
  typeof of === 'function' && Reflect.hasMetadata(SCHEMAS, (of.prototype ?? {}) as object);

/** A text of at most `most` characters. */
export const Text = (most: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a text of at most ${most} characters`;
  return applyDecorators(
    ...field(words, { type: String, maxLength: most }),
    MaxLength(most, { message }),
    IsString({ message }),
  );
};

/** The id of something. */
export const Id = (words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(...field(words, { type: String, format: 'uuid' }), IsString({ message: 'a UUID' }));

/** At most so many ids. */
export const Ids = (most: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a list of at most ${most} UUIDs`;
  return applyDecorators(
    ...field(words, { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: most }),
    ArrayMaxSize(most, { message }),
    IsString({ each: true, message }),
    IsArray({ message }),
  );
};

export const AnObject = (words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(...field(words, { type: 'object', additionalProperties: true }), IsObject({ message: 'an object' }));

/** Any JSON; where it is required, any but null. */
export const Anything = (words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(
    ...field(words, { anyOf: [{}] }),
    ...(words.required === true ? [IsDefined({ message: 'any JSON but null' })] : []),
  );

export const Flag = (words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(...field(words, { type: Boolean }), IsBoolean({ message: 'true or false' }));

/** A number between two bounds, both included. */
export const Between = (least: number, most: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a number from ${least} to ${most}`;
  return applyDecorators(
    ...field(words, { type: Number, minimum: least, maximum: most }),
    Max(most, { message }),
    Min(least, { message }),
    IsNumber({}, { message }),
  );
};

/** A whole number between two bounds, both included. */
export const Whole = (least: number, most: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a whole number from ${least} to ${most}`;
  return applyDecorators(
    ...field(words, { type: 'integer', minimum: least, maximum: most }),
    Max(most, { message }),
    Min(least, { message }),
    IsInt({ message }),
  );
};

export const OneOf = (choices: readonly string[], words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(...field(words, { enum: [...choices] }), IsIn(choices, { message: `one of ${choices.join(', ')}` }));

/** Some of several words, each once. */
export const Choices = (choices: readonly string[], words: FieldWords = {}): PropertyDecorator => {
  const message = `a list of some of ${choices.join(', ')}`;
  return applyDecorators(
    ...field(words, { type: 'array', items: { type: 'string', enum: [...choices] }, uniqueItems: true, minItems: 1 }),
    ArrayUnique({ message }),
    IsIn(choices, { each: true, message }),
    ArrayNotEmpty({ message }),
    IsArray({ message }),
  );
};

/** At most so many texts of at most so many characters. */
export const Texts = (most: number, longest: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a list of at most ${most} texts of at most ${longest} characters`;
  return applyDecorators(
    ...field(words, { type: 'array', items: { type: 'string', maxLength: longest }, maxItems: most }),
    ArrayMaxSize(most, { message }),
    MaxLength(longest, { each: true, message }),
    IsString({ each: true, message }),
    IsArray({ message }),
  );
};

const instanceOf =
  (of: ClassConstructor<object>) =>
  (found: unknown): unknown =>
    isJsonObject(found) && !(found instanceof of) ? plainToInstance(of, found) : found;

/** Another body inside this one. */
export const Nested = (of: ClassConstructor<object>, words: FieldWords = {}): PropertyDecorator =>
  applyDecorators(...field(words, { type: of }, instanceOf(of)), ValidateNested(), IsObject({ message: 'an object' }));

/** A list of other bodies. */
export const NestedList = (of: ClassConstructor<object>, most: number, words: FieldWords = {}): PropertyDecorator => {
  const message = `a list of at most ${most} objects`;
  const make = (found: unknown): unknown => (Array.isArray(found) ? found.map(instanceOf(of)) : found);
  return applyDecorators(
    ...field(words, { type: [of], maxItems: most }, make),
    ValidateNested({ each: true }),
    IsObject({ each: true, message }),
    ArrayMaxSize(most, { message }),
    IsArray({ message }),
  );
};

/** The texts of a query as what they stand for; anything else stays, so that the check names it. */
export const FromText = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }): unknown => {
    if (typeof value !== 'string') return value;
    if (/^-?\d{1,15}$/.test(value)) return Number(value);
    return value === 'true' ? true : value === 'false' ? false : value;
  });
