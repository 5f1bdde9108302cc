import {
  duplicateKeys,
  fault,
  HarmoniaError,
  jsonDepth,
  unspeakableNumbers,
  type Fault,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';

const JSON_TYPE = /^application\/(?:json|[\w.-]+\+json)$/;
const TEXT_TYPE = /^(?:text\/[\w.+-]+|application\/(?:xml|[\w.-]+\+xml|x-ndjson|yaml|x-yaml))$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const DEEPEST = 100;
/** Fields of a form or a query. */
const MOST_FIELDS = 1000;

const invalid = (...faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });

/** As UTF-8 and nothing else: what is no text must not become another one. */
const asText = (body: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new HarmoniaError('invalid_request', { reason: 'the body is no UTF-8' }, { cause: error });
  }
};

const asJson = (body: Uint8Array): Json => {
  const text = asText(body);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new HarmoniaError('invalid_request', { reason: 'the body is no JSON' }, { cause: error });
  }
  if (jsonDepth(value, DEEPEST + 1) > DEEPEST) throw invalid(fault('nesting_too_deep', '', { limit: DEEPEST }));
  const faults = [
    ...duplicateKeys(text),
    ...unspeakableNumbers(value).map((at) => fault('not_json', at.pointer, { value: String(at.value) })),
  ];
  if (faults.length > 0) throw invalid(...faults);
  return value;
};

/** Names with their values; what comes more than once is a list. */
export const fieldsOf = (form: URLSearchParams): JsonObject => {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of form) {
    if (++count > MOST_FIELDS) throw invalid(fault('out_of_range', '', { expected: `at most ${MOST_FIELDS} fields` }));
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  // fromEntries defines own properties: a field may be called `__proto__`.
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] as string) : values]),
  );
};

/**
 * What a request brings: JSON as it is, a form as an object, text as a text, anything else in base64; without a body the
 * query. Throws a `HarmoniaError` when the body is not what it says it is.
 */
export const payloadOf = (contentType: string | undefined, body: Uint8Array, query: JsonObject): Json => {
  if (body.length === 0) return query;
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (JSON_TYPE.test(type)) return asJson(body);
  if (type === FORM_TYPE) return fieldsOf(new URLSearchParams(asText(body)));
  if (TEXT_TYPE.test(type)) return asText(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
};
