import type { CredentialSlots, JsonObject } from '@tekton/harmonia/plugin';

export const MIB = 2 ** 20;
/** s */
const WEEK = 604_800;

/** What the inputs of several tasks have. */
export const URL_FIELD = { type: 'string', minLength: 1, description: 'http or https.' } as const satisfies JsonObject;

export const HEADERS_FIELD = {
  type: 'object',
  additionalProperties: { type: 'string' },
  default: {},
} as const satisfies JsonObject;

export const QUERY_FIELD = {
  type: 'object',
  default: {},
  description: 'Added to the query of the URL.',
} as const satisfies JsonObject;

export const timeoutField = (of: string) =>
  ({
    type: 'number',
    exclusiveMinimum: 0,
    maximum: WEEK,
    description: `Seconds for ${of}. Default: the timeout of the task.`,
  }) as const satisfies JsonObject;

export const REDIRECTS_FIELD = {
  type: 'integer',
  minimum: 0,
  maximum: 20,
  default: 5,
  description: '0: a redirect is an answer like any other.',
} as const satisfies JsonObject;

export const EXPECT_FIELD = {
  type: 'array',
  minItems: 1,
  items: {
    anyOf: [
      { type: 'integer', minimum: 100, maximum: 599 },
      { type: 'string', pattern: '^[1-5]xx$' },
    ],
  },
  default: ['2xx'],
  description: 'Statuses that count as success.',
} as const satisfies JsonObject;

export const RESPONSE_FIELD = {
  enum: ['auto', 'json', 'text', 'base64'],
  default: 'auto',
  description: 'How the body is read.',
} as const satisfies JsonObject;

export const MAX_BYTES_FIELD = {
  type: 'integer',
  minimum: 1,
  maximum: 256 * MIB,
  default: 10 * MIB,
  description: 'Of the body, as it travels and decompressed.',
} as const satisfies JsonObject;

export const SIGNATURE_FIELD = {
  type: 'string',
  minLength: 1,
  default: 'X-Signature',
  description:
    'With a credential of type hmac: the header that gets `sha256=` and the HMAC of the body in hexadecimal.',
} as const satisfies JsonObject;

/** What `http/request` and `http/upload` give. */
export const ANSWER = {
  type: 'object',
  required: ['status', 'headers', 'body', 'url'],
  properties: {
    status: { type: 'integer' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: {},
    url: { type: 'string', description: 'After redirects.' },
  },
} as const satisfies JsonObject;

/** Where the account for the other side comes from. */
export const CREDENTIALS = {
  auth: {
    types: ['basic', 'bearer', 'api_key', 'hmac', 'custom'],
    optional: true,
    description:
      'How to sign in: basic and bearer as Authorization, api_key in its header (X-API-Key) or query parameter, hmac as ' +
      'a signature of the body, custom with each of its fields as a header.',
  },
} as const satisfies CredentialSlots;

/** Where files may be. */
export const ROOTS_CONFIG = {
  type: 'object',
  properties: {
    roots: {
      type: 'array',
      items: { type: 'string' },
      description: 'Directories whose files may be read and written. Default: none.',
    },
  },
} as const satisfies JsonObject;

export const ROOT_FIELD = {
  type: 'string',
  description: 'One of the directories of HARMONIA_FILE_ROOTS. Default: the first.',
} as const satisfies JsonObject;
