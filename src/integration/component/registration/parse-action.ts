import { fault, isJsonObject, pointer, type Fault, type Json } from '../../../kernel/index.js';
import { BodyReader } from '../../body/index.js';
import {
  ACTION_METHODS,
  PARAMETER_PLACES,
  PARAMETER_TYPES,
  type ActionMethod,
  type ComponentAction,
  type ComponentParameter,
  type ParameterPlace,
  type ParameterType,
} from './component-definition.js';
import { parseResultPath } from './result-path.js';

const MOST_ACTIONS = 200;
const MOST_PARAMETERS = 100;
const LONGEST_DESCRIPTION = 4000;
const LONGEST_PATH = 2048;
/** Seconds. */
const LONGEST_TIMEOUT = 86_400;

export const ACTION_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
const PARAMETER_NAME = /^[^\p{Cc}\p{Surrogate}]{1,128}$/u;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** What may stand in a path as it is: of `%` two digits follow. */
const PATH = /^\/(?!\/)(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2}|\{[^{}]{1,128}\})*$/;
export const PLACE = /\{([^{}]+)\}/g;
/** Say where a message goes and ends, or who sends it: not for a parameter. */
const OURS: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'content-type', 'transfer-encoding', 'te', 'trailer', 'expect', 'connection'],
  ...['keep-alive', 'proxy-connection', 'upgrade', 'http2-settings', 'authorization', 'proxy-authorization'],
  ...['cookie', 'idempotency-key'],
]);
const SCALARS: ReadonlySet<ParameterType> = new Set(['string', 'number', 'integer', 'boolean']);

const description = (reader: BodyReader): string | undefined =>
  reader.text('description', { most: LONGEST_DESCRIPTION, least: 0 });

interface Around {
  readonly method: ActionMethod;
  /** Places of the path. */
  readonly places: ReadonlySet<string>;
}

const placeOf = (reader: BodyReader, name: string, { method, places }: Around): ParameterPlace => {
  const said = reader.oneOf('in', PARAMETER_PLACES);
  if (said === 'body' && (method === 'GET' || method === 'DELETE'))
    reader.wrong('in', `query, path or header: a ${method} has no body`);
  if (said !== undefined && (said === 'path') !== places.has(name)) {
    const reason =
      said === 'path' ? `the path has no {${name}}` : `{${name}} stands in the path, and "${name}" in the ${said}`;
    reader.faults.push(fault('component_place', pointer(reader.at, 'in'), { reason }));
  }
  if (said !== undefined) return said;
  if (places.has(name)) return 'path';
  return method === 'GET' || method === 'DELETE' ? 'query' : 'body';
};

const parameterIn = (reader: BodyReader, around: Around): ComponentParameter => {
  const expected = 'a name of 1 to 128 characters, none of them a control character';
  const name = reader.must('name', reader.text('name', { most: 128, form: PARAMETER_NAME, expected })) ?? '';
  const place = placeOf(reader, name, around);
  const isScalar = place === 'path' || place === 'header';
  const type = reader.oneOf('type', PARAMETER_TYPES) ?? (isScalar ? 'string' : 'any');
  if (isScalar && !SCALARS.has(type)) reader.wrong('type', `string, number, integer or boolean in a ${place}`);
  if (place === 'header' && (!HEADER_NAME.test(name) || OURS.has(name.toLowerCase())))
    reader.wrong('name', 'the name of a header that is free to be set');
  const required = reader.flag('required');
  if (place === 'path' && required === false) reader.wrong('required', 'true: it stands in the path');
  const words = description(reader);
  reader.refuseUnknown();
  return { name, type, required: place === 'path' || required === true, description: words, in: place };
};

/** Each entry of a list of objects, with its pointer. */
const entries = (reader: BodyReader, name: string, most: number): readonly BodyReader[] => {
  const value = reader.any(name);
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > most) {
    reader.wrong(name, `a list of at most ${most}`);
    return [];
  }
  return (value as readonly Json[]).flatMap((entry, index) => {
    const at = pointer(reader.at, name, index);
    if (isJsonObject(entry)) return [new BodyReader(entry, at, reader.faults)];
    reader.faults.push(fault('wrong_type', at, { expected: 'an object' }));
    return [];
  });
};

const duplicates = (named: readonly { readonly name: string; readonly at: string }[]): readonly Fault[] => {
  const seen = new Set<string>();
  return named.flatMap(({ name, at }) => {
    if (name === '') return [];
    if (seen.has(name)) return [fault('component_duplicate', pointer(at, 'name'), { name })];
    seen.add(name);
    return [];
  });
};

const pathIn = (reader: BodyReader): string => {
  const expected = 'a path such as /items/{id}, from a / on, without a query; other characters are written as %..';
  const text = reader.must('path', reader.text('path', { most: LONGEST_PATH, form: PATH, expected }));
  if (text === undefined) return '/';
  // What is given for a place is checked when it is there.
  const plain = text.replace(PLACE, 'x');
  if (new URL(`http://x${plain}`).pathname !== plain) reader.wrong('path', 'a path without . and .. in it');
  return text;
};

const parametersIn = (reader: BodyReader, method: ActionMethod, path: string): readonly ComponentParameter[] => {
  const named = [...path.matchAll(PLACE)].map(([, name = '']) => name);
  const places = new Set(named);
  const report = (reason: string): void =>
    void reader.faults.push(fault('component_place', pointer(reader.at, 'path'), { reason }));
  if (places.size < named.length) report('a place is in it twice');
  const readers = entries(reader, 'parameters', MOST_PARAMETERS);
  const parameters = readers.map((one) => parameterIn(one, { method, places }));
  reader.faults.push(
    ...duplicates(parameters.map(({ name }, index) => ({ name, at: readers[index]?.at ?? reader.at }))),
  );
  for (const place of places)
    if (!parameters.some(({ name }) => name === place)) report(`there is no parameter for {${place}}`);
  return parameters;
};

const resultIn = (reader: BodyReader): ComponentAction['result'] => {
  const text = reader.text('result_path', { most: 512 });
  if (text === undefined) return undefined;
  const path = parseResultPath(text);
  if (path.ok) return { text, path: path.value };
  reader.faults.push(fault('result_path_unsupported', pointer(reader.at, 'result_path'), { reason: path.error }));
  return undefined;
};

const timeoutIn = (reader: BodyReader): number | undefined => {
  const value = reader.any('timeout');
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0.001 && value <= LONGEST_TIMEOUT) return value * 1000;
  return reader.wrong('timeout', `a number of seconds from 0.001 to ${LONGEST_TIMEOUT}`);
};

const actionIn = (reader: BodyReader): ComponentAction => {
  const expected = 'a name of letters, digits, _, . and -, from a letter or _ on, at most 128 characters';
  const name = reader.must('name', reader.text('name', { most: 128, form: ACTION_NAME, expected })) ?? '';
  const given = reader.any('method');
  const method =
    ACTION_METHODS.find((one) => typeof given === 'string' && one === given.toUpperCase()) ??
    (given === undefined ? undefined : reader.wrong('method', `one of ${ACTION_METHODS.join(', ')}`)) ??
    'POST';
  const path = pathIn(reader);
  const parameters = parametersIn(reader, method, path);
  const words = description(reader);
  const action = { name, description: words, path, method, parameters };
  const rest = { result: resultIn(reader), timeout: timeoutIn(reader) };
  reader.refuseUnknown();
  return { ...action, ...rest };
};

/** Reads `actions`. */
export const parseActions = (reader: BodyReader): ReadonlyMap<string, ComponentAction> => {
  const readers = entries(reader, 'actions', MOST_ACTIONS);
  reader.must('actions', readers.length > 0 ? readers : undefined);
  const list = reader.any('actions');
  if (Array.isArray(list) && list.length === 0) reader.wrong('actions', 'a list of at least one');
  const actions = readers.map(actionIn);
  reader.faults.push(...duplicates(actions.map(({ name }, index) => ({ name, at: readers[index]?.at ?? '' }))));
  return new Map(actions.map((action) => [action.name, action]));
};
