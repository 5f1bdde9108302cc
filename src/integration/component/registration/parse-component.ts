import type { Fault, JsonObject } from '../../../kernel/index.js';
import { BodyReader } from '../../body/index.js';
import type { ComponentDefinition } from './component-definition.js';
import { parseActions } from './parse-action.js';
import { parseAuthentication, type ParsedAuthentication } from './parse-authentication.js';

/** A body that was read. With faults, the definition is of no use. */
export interface ParsedComponent extends Omit<ParsedAuthentication, 'auth'> {
  readonly definition: ComponentDefinition;
  readonly faults: readonly Fault[];
}

/** In URLs, in the names of breakers and of credentials. */
export const COMPONENT_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
export const NAME_EXPECTED = 'a name of letters, digits, _, . and -, from a letter or _ on, at most 64 characters';
const LONGEST_URL = 2048;

const baseIn = (reader: BodyReader): string => {
  const expected = 'an http or https address, such as https://api.example/v2, without a name, password, query or #';
  const text = reader.must('base_url', reader.text('base_url', { most: LONGEST_URL, expected }));
  if (text === undefined) return '';
  if (!URL.canParse(text)) return reader.wrong('base_url', expected) ?? '';
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
  const isPlain = /^https?:$/.test(protocol) && username + password + search + hash === '' && !/[?#\\\s]/.test(text);
  // A place for a parameter is for actions.
  if (!isPlain || /[{}]|%7[bd]/i.test(pathname)) return reader.wrong('base_url', expected) ?? '';
  return origin + pathname.replace(/\/+$/, '');
};

/** Reads a registration, with every fault of it. */
export const parseComponent = (body: JsonObject): ParsedComponent => {
  const faults: Fault[] = [];
  const reader = new BodyReader(body, '', faults);
  const form = { most: 64, form: COMPONENT_NAME, expected: NAME_EXPECTED };
  const name = reader.must('name', reader.text('name', form)) ?? '';
  const description = reader.text('description', { most: 4000, least: 0 });
  const base = baseIn(reader);
  const replace = reader.flag('replace') ?? false;
  const actions = parseActions(reader);
  const { auth, ...secret } = parseAuthentication(reader.any('authentication'), reader);
  reader.refuseUnknown();
  return { definition: { name, description, base, replace, actions, auth }, ...secret, faults };
};
