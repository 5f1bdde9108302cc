import { ValidationPipe, type ArgumentMetadata, type PipeTransform, type ValidationError } from '@nestjs/common';
import {
  fault,
  HarmoniaError,
  jsonDepth,
  parseUuid,
  pointer,
  unspeakableNumbers,
  type Fault,
  type Json,
  type JsonPointer,
  type Uuid,
} from '../../kernel/index.js';

import { parseLimits, type Limits } from '../../engine/core/index.js';
import { isBody, unknownFields } from './dto/fields.js';

const NO_OBJECT = 'Validation failed (object is expected)';

const faultsOf = (errors: readonly ValidationError[], base: JsonPointer): Fault[] =>
  errors.flatMap((error) => {
    const constraints = Object.values(error.constraints ?? {});
    if (constraints.includes(NO_OBJECT)) return [fault('wrong_type', base, { expected: 'an object' })];
    const here = pointer(base, error.property);
    if (error.value === undefined && constraints.length > 0)
      return [fault('required_field', here, { field: error.property })];
    const own = constraints.map((message) => fault('wrong_type', here, { expected: message }));
    return [...own, ...faultsOf(error.children ?? [], here)];
  });

const validationError = (subject: string, faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults });

const strangers = (value: unknown, of: unknown): readonly Fault[] =>
  isBody(of)
    ? unknownFields(value, of).map(({ at, field, known }) => fault('unknown_field', at, { field, known }))
    : [];

/**
 * Checks bodies and queries against their DTO. A field that it does not know is a fault, wherever it stands, where the DTO
 * is `Strict`; bodies that upstream had too ignore it, as its callers rely on. A field it knows with the wrong type is a
 * fault with its pointer. All faults are in one report.
 */
export const validationPipe = (): PipeTransform => {
  const pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    validationError: { target: false, value: true },
    exceptionFactory: (errors) => validationError('The request', faultsOf(errors, '')),
  });
  return {
    transform: async (value: unknown, metadata: ArgumentMetadata): Promise<unknown> => {
      const unknown = strangers(value, metadata.metatype);
      if (unknown.length === 0) return pipe.transform(value, metadata);
      const faults = await pipe.transform(value, metadata).then(() => [], faultsIn);
      throw validationError('The request', [...faults, ...unknown]);
    },
  };
};

const faultsIn = (error: unknown): readonly Fault[] => {
  if (error instanceof HarmoniaError) return error.faults;
  throw error;
};

/** An id of a path or body. Throws `validation_error` when it is no UUID. */
export const uuidAt = (text: string, where: JsonPointer): Uuid => {
  const id = parseUuid(text);
  if (id === undefined) throw validationError('The request', [fault('wrong_type', where, { expected: 'a UUID' })]);
  return id;
};

/** Limits of a budget. Throws `validation_error` with what is wrong with them. */
export const limitsAt = (value: unknown, where: JsonPointer): Limits => {
  const parsed = parseLimits(value as Json, where);
  if (!parsed.ok) throw requestFault(...parsed.error);
  return parsed.value;
};

/** Levels of nested JSON in a payload, as in an input. */
const DEEPEST = 200;

/**
 * A value of a request that goes into a journal. Throws `validation_error` when it would be another one once it is read
 * again (`1e999`), or nests more than 200 levels.
 */
export const plainJson = (value: unknown, where: JsonPointer): Json => {
  const given = (value ?? null) as Json;
  if (jsonDepth(given, DEEPEST + 1) > DEEPEST) throw requestFault(fault('nesting_too_deep', where, { limit: DEEPEST }));
  const strange = unspeakableNumbers(given);
  if (strange.length === 0) return JSON.parse(JSON.stringify(given)) as Json;
  throw requestFault(...strange.map((at) => fault('not_json', where + at.pointer, { value: String(at.value) })));
};

export const requestFault = (...found: readonly Fault[]): HarmoniaError => validationError('The request', found);
