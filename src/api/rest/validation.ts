import { ValidationPipe, type ValidationError } from '@nestjs/common';
import {
  fault,
  HarmoniaError,
  parseUuid,
  pointer,
  type Fault,
  type JsonPointer,
  type Uuid,
} from '../../kernel/index.js';

const NO_OBJECT = 'Validation failed (object is expected)';

const faultsOf = (errors: readonly ValidationError[], base: JsonPointer): Fault[] =>
  errors.flatMap((error) => {
    const constraints = Object.values(error.constraints ?? {});
    if (constraints.includes(NO_OBJECT)) return [fault('wrong_type', base, { expected: 'an object' })];
    const here = pointer(base, error.property);
    const own = constraints.map((message) => fault('wrong_type', here, { expected: message }));
    return [...own, ...faultsOf(error.children ?? [], here)];
  });

const validationError = (subject: string, faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults });

/**
 * Checks bodies and queries against their DTO. Fields that a DTO does not know are ignored, as upstream does and its
 * callers rely on; a field it knows with the wrong type is a fault with its pointer.
 */
export const validationPipe = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => validationError('The request', faultsOf(errors, '')),
  });

/** An id of a path or body. Throws `validation_error` when it is no UUID. */
export const uuidAt = (text: string, where: JsonPointer): Uuid => {
  const id = parseUuid(text);
  if (id === undefined) throw validationError('The request', [fault('wrong_type', where, { expected: 'a UUID' })]);
  return id;
};

export const requestFault = (...found: readonly Fault[]): HarmoniaError => validationError('The request', found);
