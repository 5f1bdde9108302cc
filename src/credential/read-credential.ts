import {
  err,
  fault,
  isJsonObject,
  ok,
  ownValue,
  pointer,
  type Fault,
  type JsonObject,
  type Result,
} from '../kernel/index.js';
import { CREDENTIAL_TYPES, type Credential, type CredentialType } from '../plugin/contract/index.js';
import {
  ANY_SECRET,
  CREDENTIAL_FIELDS,
  CUSTOM_FIELD,
  LONGEST_DESCRIPTION,
  MOST_CUSTOM_FIELDS,
  type FieldRule,
} from './credential-fields.js';

/** A credential as people write it. */
export interface WrittenCredential {
  readonly credential: Credential;
  readonly description: string | undefined;
}

const wrong = (where: string, expected: string): Fault => fault('wrong_type', where, { expected });

const oneField = (body: JsonObject, name: string, { expected, pattern, optional }: FieldRule): Fault[] => {
  const value = ownValue(body, name) ?? undefined;
  if (value === undefined) return optional ? [] : [fault('required_field', '', { field: name })];
  // No value is ever part of a fault: it may be a secret.
  return typeof value === 'string' && pattern.test(value) ? [] : [wrong(pointer('', name), expected)];
};

const customFields = ({ fields }: JsonObject): Fault[] => {
  if (fields === undefined) return [fault('required_field', '', { field: 'fields' })];
  const names = isJsonObject(fields) ? Object.keys(fields) : [];
  if (!isJsonObject(fields) || names.length === 0 || names.length > MOST_CUSTOM_FIELDS)
    return [wrong('/fields', `an object of 1 to ${MOST_CUSTOM_FIELDS} texts`)];
  return Object.entries(fields).flatMap(([name, value]) => {
    const where = pointer('/fields', name);
    if (!CUSTOM_FIELD.test(name)) return [wrong(where, 'named by letters, digits, _, . and -, from a letter or _ on')];
    return typeof value === 'string' && ANY_SECRET.pattern.test(value) ? [] : [wrong(where, ANY_SECRET.expected)];
  });
};

const fieldsOf = (type: CredentialType): readonly string[] =>
  type === 'custom' ? ['fields'] : Object.keys(CREDENTIAL_FIELDS[type]);

const strangers = (body: JsonObject, type: CredentialType): Fault[] => {
  const known = fieldsOf(type);
  return Object.keys(body)
    .filter((field) => !['type', 'description', ...known].includes(field))
    .map((field) => fault('credential_field_unknown', pointer('', field), { type, field, known: known.join(', ') }));
};

const descriptionFaults = ({ description }: JsonObject): Fault[] =>
  description === undefined ||
  description === null ||
  (typeof description === 'string' && description.length <= LONGEST_DESCRIPTION)
    ? []
    : [wrong('/description', `a text of at most ${LONGEST_DESCRIPTION} characters`)];

const copied = (body: JsonObject, type: CredentialType): Credential => {
  const entries = fieldsOf(type).flatMap((name) => (typeof body[name] === 'string' ? [[name, body[name]]] : []));
  const custom = type === 'custom' && isJsonObject(body.fields) ? { fields: { ...body.fields } } : {};
  return { type, ...(Object.fromEntries(entries) as object), ...custom } as Credential;
};

/** Reads `{type, description?, …fields}`: a credential, or every fault of it. No fault says a value. */
export const readCredential = (body: unknown): Result<WrittenCredential, readonly Fault[]> => {
  if (!isJsonObject(body)) return err([wrong('', 'an object')]);
  const type = CREDENTIAL_TYPES.find((known) => known === body.type);
  if (type === undefined) return err([wrong('/type', `one of ${CREDENTIAL_TYPES.join(', ')}`)]);
  const faults = [
    ...descriptionFaults(body),
    ...Object.entries(CREDENTIAL_FIELDS[type]).flatMap(([name, rule]) => oneField(body, name, rule)),
    ...(type === 'custom' ? customFields(body) : []),
    ...strangers(body, type),
  ];
  if (faults.length > 0) return err(faults);
  const description = typeof body.description === 'string' ? body.description : undefined;
  return ok({ credential: copied(body, type), description });
};
