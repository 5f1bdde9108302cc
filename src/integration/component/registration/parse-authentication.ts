import { fault, isJsonObject, pointer, SHORTEST_SECRET, type Json, type JsonObject } from '../../../kernel/index.js';
import type { Credential } from '../../../plugin/contract/index.js';
import { BodyReader } from '../../body/index.js';
import { KNOWN_SCHEMES, MASK, readScheme, type SignatureScheme } from '../../webhook/index.js';
import { COMPONENT_AUTH_TYPES, type ComponentAuth, type ComponentAuthType } from './component-definition.js';

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const FROM_ENVIRONMENT = /\$\{\s*env\b/;
const FROM_SECRETS = /^\$\{\s*secrets\s*\.\s*([A-Za-z_]\w*)\s*\}$/;
const SECRET = { least: SHORTEST_SECRET, most: 4096 };
const LINE = /^[^\p{Cc}]+$/u;

/** How a component is told who asks, and the secret that came with it. */
export interface ParsedAuthentication {
  readonly auth: ComponentAuth;
  /** To be kept under a name of its own. */
  readonly secret?: Credential;
  /** The secret was sent as it is shown: the one that is kept stays. */
  readonly isMasked?: boolean;
  /** Of a masked password. */
  readonly username?: string;
}

type Secured = Exclude<ComponentAuthType, 'none'>;

/** The field of each kind that holds the secret. */
const FIELD: Readonly<Record<Secured, string>> = {
  ...{ basic: 'password', bearer: 'token', api_key: 'key', hmac: 'secret' },
};

type Inline =
  | { readonly is: 'named'; readonly name: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'wrong' }
  | undefined;

const inlineIn = (reader: BodyReader, field: string): Inline => {
  const given = reader.any(field);
  if (given === undefined) return undefined;
  if (typeof given === 'string' && FROM_ENVIRONMENT.test(given)) {
    reader.faults.push(fault('component_environment', pointer(reader.at, field)));
    return { is: 'wrong' };
  }
  const [, name] = typeof given === 'string' ? (FROM_SECRETS.exec(given) ?? []) : [];
  if (name !== undefined) return { is: 'named', name };
  const form = field === 'token' ? /^[\x21-\x7e]+$/ : LINE;
  const kind = field === 'token' ? 'visible ASCII characters' : 'characters, none of them a control character';
  const text = reader.text(field, {
    ...SECRET,
    form,
    expected: `a text of ${SHORTEST_SECRET} to ${SECRET.most} ${kind}`,
  });
  return text === undefined ? { is: 'wrong' } : { is: 'text', text };
};

const placeIn = (reader: BodyReader): { in: 'header' | 'query'; name: string } | undefined => {
  const header = reader.text('header', { most: 128, form: HEADER, expected: 'the name of a header' });
  const query = reader.text('query', { most: 128, form: LINE, expected: 'the name of a parameter' });
  if (header !== undefined && query !== undefined) reader.wrong('query', 'left out: there is a `header`');
  if (header !== undefined) return { in: 'header', name: header };
  return query === undefined ? undefined : { in: 'query', name: query };
};

const secretOf = (type: Secured, text: string, username: string): Credential => {
  switch (type) {
    case 'basic':
      return { type, username, password: text };
    case 'bearer':
      return { type, token: text };
    case 'api_key':
      return { type, key: text };
    case 'hmac':
      return { type, secret: text };
  }
};

const usernameIn = (reader: BodyReader, inline: Inline): string | undefined => {
  const expected = 'a text of at most 255 characters, none of them a colon or a control character';
  const username = reader.text('username', { most: 255, least: 0, form: /^[^\p{Cc}:]*$/u, expected });
  if (inline?.is === 'text' && !reader.has('username')) reader.must('username', username);
  if (inline?.is === 'named') reader.wrong('password', 'a `credential` of the type basic, which holds the name too');
  return username;
};

/** The name of the credential; empty: one of its own. */
const credentialIn = (reader: BodyReader, type: Secured, inline: Inline): string => {
  const named = reader.text('credential', { most: 128 });
  if (named !== undefined && inline) reader.wrong('credential', 'left out: a secret stands beside it');
  if (!reader.has('credential') && !inline)
    reader.faults.push(fault('required_field', reader.at, { field: `credential, or ${FIELD[type]}` }));
  return named ?? (inline?.is === 'named' ? inline.name : '');
};

const authOf = (type: Secured, credential: string, reader: BodyReader): ComponentAuth => {
  switch (type) {
    case 'basic':
    case 'bearer':
      return { type, credential };
    case 'api_key':
      return { type, credential, place: placeIn(reader) };
    case 'hmac':
      return { type, credential, scheme: readScheme(reader) };
  }
};

const secured = (reader: BodyReader, type: Secured): ParsedAuthentication => {
  const inline = inlineIn(reader, FIELD[type]) ?? (type === 'api_key' ? inlineIn(reader, 'api_key') : undefined);
  const username = type === 'basic' ? usernameIn(reader, inline) : undefined;
  const credential = credentialIn(reader, type, inline);
  const auth = authOf(type, credential, reader);
  if (inline?.is !== 'text') return { auth };
  if (inline.text === MASK) return { auth, isMasked: true, ...(username !== undefined && { username }) };
  return { auth, secret: secretOf(type, inline.text, username ?? '') };
};

/** Reads `authentication`. The secret in it is told apart: what is kept and answered has none. */
export const parseAuthentication = (given: Json | undefined, body: BodyReader): ParsedAuthentication => {
  const nothing: ParsedAuthentication = { auth: { type: 'none' } };
  if (given === undefined) return nothing;
  if (!isJsonObject(given)) {
    body.wrong('authentication', 'an object');
    return nothing;
  }
  const reader = new BodyReader(given, pointer(body.at, 'authentication'), body.faults);
  const type = reader.must('type', reader.oneOf('type', COMPONENT_AUTH_TYPES));
  // Without a type nothing can be said of the rest.
  if (type === undefined) return nothing;
  const parsed = type === 'none' ? nothing : secured(reader, type);
  reader.refuseUnknown();
  return parsed;
};

const schemeWords = (scheme: SignatureScheme): JsonObject => {
  const known = Object.entries(KNOWN_SCHEMES).find(([, one]) => one === scheme);
  if (known) return { scheme: known[0] };
  const { header, algorithm, encoding, prefix, signed, timestampHeader } = scheme;
  return {
    ...{ header, algorithm, encoding, prefix, signed },
    ...(timestampHeader !== undefined && { timestamp_header: timestampHeader }),
  };
};

/** `authentication` as it is kept: by the name of a credential, without a secret. */
export const keptAuthentication = (auth: ComponentAuth, credential: string): JsonObject => {
  if (auth.type === 'none') return { type: 'none' };
  const place = auth.type === 'api_key' && auth.place ? { [auth.place.in]: auth.place.name } : {};
  return { type: auth.type, credential, ...place, ...(auth.type === 'hmac' && schemeWords(auth.scheme)) };
};
