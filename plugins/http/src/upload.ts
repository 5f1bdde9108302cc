import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { defineTask, fatal, type JsonObject } from '@tekton/harmonia/plugin';
import { expected, outputOf } from './answer.js';
import type { Pieces } from './auth.js';
import {
  ANSWER,
  CREDENTIALS,
  EXPECT_FIELD,
  HEADERS_FIELD,
  MAX_BYTES_FIELD,
  QUERY_FIELD,
  REDIRECTS_FIELD,
  RESPONSE_FIELD,
  ROOT_FIELD,
  ROOTS_CONFIG,
  SIGNATURE_FIELD,
  timeoutField,
  URL_FIELD,
} from './fields.js';
import { inForm, type Content } from './multipart.js';
import { limitsOf, parseUrl, requestOf, type Headers } from './outgoing.js';
import { within } from './patience.js';
import { openInside } from './roots.js';

const CHUNK = 64 * 1024;

/** From the beginning each time, and no further than it was long when it was opened. */
const piecesOf = (file: FileHandle, size: number): Pieces =>
  async function* () {
    for (let at = 0; at < size;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, Math.min(CHUNK, size - at), at);
      if (bytesRead === 0) throw fatal('file_refused', 'The file became shorter while it was sent.');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  };

const ofBytes = (bytes: Buffer): Content => ({ size: bytes.length, pieces: () => [bytes] });

const BASE64 = /^[A-Za-z0-9+/_\s-]*={0,2}\s*$/;

const decoded = (base64: string): Buffer => {
  if (!BASE64.test(base64)) throw fatal('schema_mismatch', '`base64` is no base64.');
  return Buffer.from(base64, 'base64');
};

interface Written {
  readonly path?: string;
  readonly text?: string;
  readonly base64?: string;
  readonly content_type?: string;
  readonly form?: { readonly field?: string; readonly filename?: string; readonly fields?: JsonObject };
}

const given = ({ text, base64 = '' }: Written): Buffer => (text === undefined ? decoded(base64) : Buffer.from(text));

const bodyOf = (content: Content, { path, text, form, content_type }: Written): Content & { readonly type: string } => {
  const type = content_type ?? (text === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8');
  if (!form) return { ...content, type };
  const { field = 'file', filename = path === undefined ? 'file' : basename(path), fields = {} } = form;
  const boundary = `harmonia-${randomBytes(16).toString('hex')}`;
  return inForm(content, { boundary, field, filename, type, fields: fields as Readonly<Record<string, string>> });
};

export const upload = defineTask({
  id: 'upload',
  title: 'HTTP upload',
  icon: '📤',
  description:
    'Sends a file from one of the directories that are open to workflows, or a text or bytes, as the body of a request or as a form.',
  effects: 'write',
  credentials: CREDENTIALS,
  config: ROOTS_CONFIG,
  input: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    allOf: [{ oneOf: [{ required: ['path'] }, { required: ['text'] }, { required: ['base64'] }] }],
    properties: {
      url: URL_FIELD,
      method: { enum: ['PUT', 'POST'], description: 'Default: POST with `form`, else PUT.' },
      headers: HEADERS_FIELD,
      query: QUERY_FIELD,
      path: { type: 'string', minLength: 1, maxLength: 4096, description: 'A file, relative to the root.' },
      root: ROOT_FIELD,
      text: { type: 'string', description: 'Instead of a file; sent as UTF-8.' },
      base64: { type: 'string', description: 'Instead of a file: bytes.' },
      content_type: {
        type: 'string',
        pattern: '^[\\x21-\\x7e]+/[\\x20-\\x7e]+$',
        description: 'Default: text/plain; charset=utf-8 for `text`, else application/octet-stream.',
      },
      form: {
        type: 'object',
        additionalProperties: false,
        description: 'Send it as multipart/form-data.',
        properties: {
          field: { type: 'string', minLength: 1, default: 'file', description: 'The field of the file.' },
          filename: { type: 'string', minLength: 1, description: 'Default: the name of the file, else `file`.' },
          fields: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description: 'Further fields, before the file.',
          },
        },
      },
      timeout: timeoutField('the whole exchange'),
      max_bytes: { ...MAX_BYTES_FIELD, description: 'Of the answer.' },
      max_redirects: REDIRECTS_FIELD,
      expect: EXPECT_FIELD,
      response: RESPONSE_FIELD,
      signature_header: SIGNATURE_FIELD,
    },
  },
  output: ANSWER,
  run: async (input, context) => {
    const { path, root } = input;
    const file = path === undefined ? undefined : await openInside({ path, root }, context.config.roots ?? []);
    try {
      const size = file ? (await file.stat()).size : 0;
      const content = file ? { size, pieces: piecesOf(file, size) } : ofBytes(given(input));
      const body = bodyOf(content, input);
      return await within(input.timeout, context, async (more) => {
        const sent = await requestOf({
          url: parseUrl(input.url, input.query),
          method: input.method ?? (input.form ? 'POST' : 'PUT'),
          headers: (input.headers ?? {}) as Headers,
          defaults: { 'content-type': body.type },
          body: body.pieces,
          auth: context.secrets.auth,
          signatureHeader: input.signature_header,
          idempotencyKey: context.idempotencyKey,
        });
        const headers = { ...sent.headers, 'content-length': String(body.size) };
        const response = await context.http.request({ ...sent, headers, ...limitsOf(input), ...more });
        return outputOf(await expected(response, input.expect), input.response);
      });
    } finally {
      await file?.close();
    }
  },
});
