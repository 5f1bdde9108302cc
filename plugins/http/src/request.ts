import { defineTask } from '@tekton/harmonia/plugin';
import { expected, outputOf } from './answer.js';
import {
  ANSWER,
  CREDENTIALS,
  EXPECT_FIELD,
  HEADERS_FIELD,
  MAX_BYTES_FIELD,
  QUERY_FIELD,
  REDIRECTS_FIELD,
  RESPONSE_FIELD,
  SIGNATURE_FIELD,
  timeoutField,
  URL_FIELD,
} from './fields.js';
import { limitsOf, parseUrl, requestOf } from './outgoing.js';
import { within } from './patience.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const request = defineTask({
  id: 'request',
  title: 'HTTP request',
  icon: '🌐',
  description:
    'Sends an HTTP request. Private, link-local and loopback addresses are refused unless they are allow-listed.',
  effects: 'write',
  credentials: CREDENTIALS,
  input: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      url: URL_FIELD,
      method: { enum: METHODS, default: 'GET' },
      headers: HEADERS_FIELD,
      query: QUERY_FIELD,
      body: { description: 'A text as it is; anything else as JSON.' },
      timeout: timeoutField('the whole exchange'),
      max_bytes: MAX_BYTES_FIELD,
      max_redirects: REDIRECTS_FIELD,
      expect: EXPECT_FIELD,
      response: RESPONSE_FIELD,
      signature_header: SIGNATURE_FIELD,
    },
  },
  output: ANSWER,
  run: (input, context) =>
    within(input.timeout, context, async (more) => {
      const { body } = input;
      const isJson = body !== undefined && typeof body !== 'string';
      const sent = await requestOf({
        url: parseUrl(input.url, input.query),
        method: input.method ?? 'GET',
        headers: (input.headers ?? {}) as Readonly<Record<string, string>>,
        defaults: isJson ? { 'content-type': 'application/json' } : {},
        body: isJson ? JSON.stringify(body) : body,
        auth: context.secrets.auth,
        signatureHeader: input.signature_header,
        idempotencyKey: context.idempotencyKey,
      });
      const response = await context.http.request({ ...sent, ...limitsOf(input), ...more });
      return outputOf(await expected(response, input.expect), input.response);
    }),
});
