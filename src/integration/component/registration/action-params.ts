import { fault, pointer, isJsonObject, type Fault, type Json, type JsonObject } from '../../../kernel/index.js';
import { asText, isInPath } from '../component-routes.js';
import type { ComponentAction, ComponentParameter, ParameterType } from './component-definition.js';

const SHOWN = 20;

const FITS: Readonly<Record<ParameterType, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  object: isJsonObject,
  array: (value) => Array.isArray(value),
  any: () => true,
};

const WORDS: Readonly<Record<ParameterType, string>> = {
  ...{ string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false' },
  ...{ object: 'an object', array: 'a list', any: 'anything' },
};

const oneFault = ({ name, type, in: place }: ComponentParameter, value: Json): readonly Fault[] => {
  const wrong = (expected: string): readonly Fault[] => [fault('wrong_type', pointer('', name), { expected })];
  if (!FITS[type](value)) return wrong(WORDS[type]);
  if (place === 'path' && typeof value !== 'boolean' && !isInPath(value))
    return wrong('a text that can stand in a path: not empty, . or ..');
  if (place === 'header' && !/^[\x20-\x7e]*$/.test(asText(value))) return wrong('a text of visible ASCII characters');
  return [];
};

/** What is wrong with the params of a call, all of it. Null counts as absent where a param may be. */
export const paramFaults = ({ parameters }: ComponentAction, params: JsonObject): readonly Fault[] => {
  const given = new Map(Object.entries(params));
  const known = new Set(parameters.map(({ name }) => name));
  const names = [...known].slice(0, SHOWN).join(', ') || 'none';
  const own = parameters.flatMap((parameter) => {
    const value = given.get(parameter.name);
    if (value === undefined || (value === null && !parameter.required))
      return parameter.required ? [fault('required_field', '', { field: parameter.name })] : [];
    return oneFault(parameter, value);
  });
  const strangers = [...given.keys()].filter((name) => !known.has(name));
  return [...own, ...strangers.map((field) => fault('unknown_field', pointer('', field), { field, known: names }))];
};

const schemaOf = ({ type, description, in: place, required }: ComponentParameter): JsonObject => ({
  ...(type !== 'any' && { type: required ? type : [type, 'null'] }),
  ...(place === 'path' && type === 'string' && { minLength: 1 }),
  ...(description !== undefined && { description }),
});

/** JSON Schema of the params of an action. */
export const paramsSchema = ({ parameters }: ComponentAction): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, schemaOf(parameter)])),
  required: parameters.flatMap(({ name, required }) => (required ? [name] : [])),
  additionalProperties: false,
});
