// What FastAPI says of a body that does not fit, in the words of pydantic 2, as far as the routes of Hermes need it.
import { isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';

export interface Detail {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: Json;
  readonly ctx?: JsonObject;
}

type Kind = 'string' | 'strings' | 'object' | 'boolean';

interface Field {
  readonly is: Kind;
  /** Other spellings that are taken. */
  readonly also?: readonly string[];
  /** Without one the field must be there. */
  readonly otherwise?: Json;
  readonly nullable?: true;
}

export type Model = Readonly<Record<string, Field>>;

export type Read =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly detail: Detail[] };

const missing = (loc: readonly (string | number)[], input: Json): Detail => ({
  ...{ type: 'missing', loc, msg: 'Field required', input },
});

/** A parameter of the query or a header that is not there. */
export const missingParameter = (place: 'query' | 'header', name: string): Detail => missing([place, name], null);

const KINDS: Readonly<Record<Exclude<Kind, 'strings'>, readonly [string, string, (value: Json) => boolean]>> = {
  string: ['string_type', 'Input should be a valid string', (value) => typeof value === 'string'],
  object: ['dict_type', 'Input should be a valid dictionary', isJsonObject],
  boolean: ['bool_type', 'Input should be a valid boolean', (value) => typeof value === 'boolean'],
};

const faultsOf = (value: Json, kind: Kind, loc: readonly (string | number)[]): Detail[] => {
  if (kind === 'strings') {
    if (!Array.isArray(value)) return [{ type: 'list_type', loc, msg: 'Input should be a valid list', input: value }];
    return (value as Json[]).flatMap((item, index) => faultsOf(item, 'string', [...loc, index]));
  }
  const [type, msg, fits] = KINDS[kind];
  return fits(value) ? [] : [{ type, loc, msg, input: value }];
};

const readField = (body: JsonObject, name: string, field: Field): { detail: Detail[]; value?: Json } => {
  const spelling = [name, ...(field.also ?? [])].find((one) => Object.hasOwn(body, one));
  if (spelling === undefined) {
    if (field.otherwise === undefined) return { detail: [missing(['body', name], body)] };
    return { detail: [], value: field.otherwise };
  }
  const value = body[spelling] as Json;
  if (value === null && field.nullable) return { detail: [], value };
  return { detail: faultsOf(value, field.is, ['body', name]), value };
};

/** A body as text, read by a model; what the model does not name is dropped. */
export const readBody = (text: string, type: string | undefined, model: Model): Read => {
  if (text === '') return { ok: false, detail: [missing(['body'], null)] };
  if (!/^application\/([\w.-]+\+)?json\b/.test(type ?? '')) return { ok: false, detail: [notAnObject(text)] };
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch (error) {
    return { ok: false, detail: [unreadable(text, error)] };
  }
  if (!isJsonObject(body)) return { ok: false, detail: [notAnObject(body)] };
  const read = Object.entries(model).map(([name, field]) => [name, readField(body, name, field)] as const);
  const detail = read.flatMap(([, { detail: found }]) => found);
  if (detail.length > 0) return { ok: false, detail };
  return { ok: true, value: Object.fromEntries(read.map(([name, { value }]) => [name, value ?? null])) };
};

const notAnObject = (input: Json): Detail => ({
  type: 'model_attributes_type',
  loc: ['body'],
  msg: 'Input should be a valid dictionary or object to extract fields from',
  input,
});

/** Node says where it stopped, Python what it had expected there. */
const unreadable = (text: string, error: unknown): Detail => {
  const place = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
  const isKey = /[{,]\s*$/.test(text.slice(0, place));
  const reason = isKey ? 'Expecting property name enclosed in double quotes' : 'Expecting value';
  return { type: 'json_invalid', loc: ['body', place], msg: 'JSON decode error', input: {}, ctx: { error: reason } };
};
