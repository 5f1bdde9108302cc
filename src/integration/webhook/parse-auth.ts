import { fault, SHORTEST_SECRET, type JsonObject } from '../../kernel/index.js';
import type { Credential } from '../../plugin/contract/index.js';
import { AUTH_TYPES, KNOWN_SCHEMES, type AuthType, type SignatureScheme, type WebhookAuth } from './auth.js';
import { BodyReader } from '../body/index.js';
import { standardKey } from './signatures.js';

/** What stands where a secret is. */
export const MASK = '********';
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const MOST_SECRETS = 5;
const USER = { most: 255 };
const SECRET = { least: SHORTEST_SECRET, most: 4096 };
/** Seconds; the longest is less than the shortest time that message ids are remembered. */
const TOLERANCE = { least: 1, most: 43_200, otherwise: 300 };

/** How a webhook authenticates, and the secrets that came with it. */
export interface ParsedAuth {
  readonly auth: WebhookAuth;
  /** To be kept under a name of its own. */
  readonly secret?: Credential;
  /** The secrets were sent as they are shown: the ones that are kept stay. */
  readonly isMasked?: boolean;
}

type Secured = Exclude<AuthType, 'none'>;

const isMask = (texts: readonly (string | undefined)[]): boolean => texts.some((text) => text === MASK);

const several = (texts: readonly string[]): Credential => {
  const [only = ''] = texts;
  if (texts.length === 1) return { type: 'hmac', secret: only };
  return { type: 'custom', fields: Object.fromEntries(texts.map((text, index) => [`secret_${index + 1}`, text])) };
};

interface Inline {
  readonly secret?: Credential;
  readonly isMasked: boolean;
}

const INLINE: Readonly<Record<Secured, (reader: BodyReader) => Inline | undefined>> = {
  basic: (reader) => {
    const username = reader.text('username', USER);
    const password = reader.text('password', SECRET);
    if (username === undefined && password === undefined) return undefined;
    if (username === undefined) reader.must('username', username);
    if (password === undefined) reader.must('password', password);
    if (isMask([username]) !== isMask([password])) reader.wrong('username', 'masked exactly if the password is');
    if (username?.includes(':')) reader.wrong('username', 'a text without a colon');
    return {
      secret: { type: 'basic', username: username ?? '', password: password ?? '' },
      isMasked: isMask([password]),
    };
  },
  bearer: (reader) => {
    const token = reader.text('token', {
      ...SECRET,
      form: /^\S+$/,
      expected: `a text of at least ${SHORTEST_SECRET} characters, without spaces`,
    });
    return token === undefined ? undefined : { secret: { type: 'bearer', token }, isMasked: isMask([token]) };
  },
  api_key: (reader) => {
    const key = reader.text('key', SECRET) ?? reader.text('api_key', SECRET);
    return key === undefined ? undefined : { secret: { type: 'api_key', key }, isMasked: isMask([key]) };
  },
  hmac: (reader) => inlineSecrets(reader),
  standard_webhooks: (reader) => {
    const inline = inlineSecrets(reader);
    if (!inline?.secret || inline.isMasked) return inline;
    const texts = inline.secret.type === 'hmac' ? [inline.secret.secret] : Object.values(fieldsOf(inline.secret));
    if (texts.some((text) => !standardKey(text))) reader.wrong('secret', 'whsec_ and base64');
    return inline;
  },
};

const fieldsOf = (credential: Credential): Readonly<Record<string, string>> =>
  credential.type === 'custom' ? credential.fields : {};

const inlineSecrets = (reader: BodyReader): Inline | undefined => {
  const one = reader.text('secret', SECRET);
  const texts = one === undefined ? reader.texts('secrets', MOST_SECRETS) : [one];
  if (texts && texts.length > 1 && isMask(texts)) reader.wrong('secrets', 'secrets, none of them masked');
  if (texts?.some((text) => text.length < SHORTEST_SECRET))
    reader.wrong('secrets', `a list of texts of at least ${SHORTEST_SECRET} characters`);
  return texts && { secret: several(texts), isMasked: isMask(texts) };
};

const named = (reader: BodyReader): readonly string[] | undefined => {
  const one = reader.text('credential', { most: 255 });
  return one === undefined ? reader.texts('credentials', MOST_SECRETS) : [one];
};

const lower = (text: string | undefined): string | undefined => text?.toLowerCase();
const header = (reader: BodyReader, name: string): string | undefined =>
  lower(reader.text(name, { most: 128, form: HEADER, expected: 'the name of a header' }));

/** Reads how signatures look: `scheme`, or its fields. */
export const readScheme = (reader: BodyReader): SignatureScheme => {
  const known = reader.oneOf('scheme', ['github', 'slack', 'stripe']);
  if (known !== undefined) return KNOWN_SCHEMES[known];
  const timestampHeader = header(reader, 'timestamp_header');
  const signed = reader.text('signed', { most: 255 }) ?? (timestampHeader ? '{timestamp}.{body}' : '{body}');
  if (signed.split('{body}').length !== 2) reader.wrong('signed', 'a text with {body} in it once');
  // A time that is not signed says nothing: whoever repeats the request writes another.
  if (signed.includes('{timestamp}') !== (timestampHeader !== undefined))
    reader.wrong('signed', 'a text with {timestamp} exactly if there is a `timestamp_header`');
  return {
    header: header(reader, 'header') ?? 'x-signature',
    algorithm: reader.oneOf('algorithm', ['sha256', 'sha512', 'sha1']) ?? 'sha256',
    encoding: reader.oneOf('encoding', ['hex', 'base64']) ?? 'hex',
    prefix: reader.text('prefix', { most: 64, least: 0 }) ?? '',
    signed,
    ...(timestampHeader !== undefined && { timestampHeader }),
  };
};

const tolerance = (reader: BodyReader): number =>
  reader.whole('tolerance', TOLERANCE.least, TOLERANCE.most) ?? TOLERANCE.otherwise;

const apiKeyPlace = (reader: BodyReader): { in: 'header' | 'query'; name: string } => {
  const query = reader.text('query', { most: 128 });
  const name = header(reader, 'header');
  if (query !== undefined && name !== undefined) reader.wrong('query', 'left out: there is a `header`');
  return query === undefined ? { in: 'header', name: name ?? 'x-api-key' } : { in: 'query', name: query };
};

const build = (type: Secured, credentials: readonly string[], reader: BodyReader): WebhookAuth => {
  switch (type) {
    case 'basic':
    case 'bearer':
      return { type, credentials };
    case 'api_key':
      return { type, credentials, ...apiKeyPlace(reader) };
    case 'hmac':
      return { type, credentials, scheme: readScheme(reader), tolerance: tolerance(reader) };
    case 'standard_webhooks':
      return { type, credentials, tolerance: tolerance(reader) };
  }
};

/** Reads `auth`. Secrets in it are told apart: what is answered and kept has none. */
export const parseAuth = (reader: BodyReader): ParsedAuth => {
  const type = reader.oneOf('type', AUTH_TYPES) ?? 'none';
  if (type === 'none') {
    reader.refuseUnknown();
    return { auth: { type } };
  }
  const credentials = named(reader);
  const inline = INLINE[type](reader);
  if (credentials && inline) reader.wrong('credential', 'left out: a secret stands beside it');
  if (!credentials && !inline && reader.faults.length === 0)
    reader.faults.push(fault('required_field', reader.at, { field: 'credential' }));
  const auth = build(type, credentials ?? [], reader);
  reader.refuseUnknown();
  return {
    auth,
    ...(inline?.secret && !inline.isMasked && { secret: inline.secret }),
    ...(inline?.isMasked && { isMasked: true }),
  };
};

/** `auth` of a body, or upstream's `auth_type` and `auth_config`. */
export const readAuth = (reader: BodyReader): ParsedAuth => {
  const { faults } = reader;
  const type = reader.any('auth_type');
  const config = reader.object('auth_config') ?? {};
  const auth = reader.object('auth');
  if (!auth) {
    if (type === undefined && Object.keys(config).length > 0) reader.must('auth_type', undefined);
    const at = type === undefined ? '/auth' : '/auth_config';
    return parseAuth(new BodyReader(type === undefined ? {} : { ...config, type }, at, faults));
  }
  if (type !== undefined) reader.wrong('auth_type', 'left out: there is `auth`');
  const inner = new BodyReader(auth, '/auth', faults);
  inner.must('type', inner.any('type'));
  return parseAuth(inner);
};

/** The fields of inline secrets, as they are shown. */
export const maskedSecrets = (auth: WebhookAuth): JsonObject => {
  switch (auth.type) {
    case 'none':
      return {};
    case 'basic':
      return { username: MASK, password: MASK };
    case 'bearer':
      return { token: MASK };
    case 'api_key':
      return { key: MASK };
    case 'hmac':
    case 'standard_webhooks':
      return { secret: MASK };
  }
};
