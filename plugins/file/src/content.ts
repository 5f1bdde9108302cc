import type { FileHandle } from 'node:fs/promises';
import { fatal, transient, type AbortSignalLike, type Json, type TaskFailure } from '@tekton/harmonia/plugin';

export const MIB = 2 ** 20;
const CHUNK = 256 * 1024;

/** How bytes and JSON are made of each other. */
export const FORMS = ['text', 'lines', 'json', 'json_lines', 'base64'] as const;
export type Form = (typeof FORMS)[number];
export const ENCODINGS = ['utf-8', 'utf-16le', 'latin1'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const wrong = (reason: string): TaskFailure => fatal('content_invalid', `${reason}.`);

const parsed = (text: string, where: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw wrong(`${where} is no JSON: ${(error as Error).message}`);
  }
};

const linesOf = (text: string): string[] => {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

const textIn = (bytes: Buffer, encoding: Encoding): string => {
  if (encoding === 'latin1') return bytes.toString('latin1');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw wrong(`The file is no text in ${encoding}. Read it in another \`encoding\`, or as base64`);
  }
};

/** Bytes as JSON. Throws `content_invalid`. */
export const decoded = (bytes: Buffer, form: Form, encoding: Encoding): Json => {
  if (form === 'base64') return bytes.toString('base64');
  const text = textIn(bytes, encoding);
  if (form === 'text') return text;
  if (form === 'json') return parsed(text, 'The file');
  const lines = linesOf(text);
  if (form === 'lines') return lines;
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parsed(line, `Line ${index + 1}`)]));
};

const listOf = (content: Json, form: Form): readonly Json[] => {
  if (!Array.isArray(content)) throw wrong(`What is written as ${form} must be a list`);
  return content as readonly Json[];
};

const textOf = (value: Json, what: string): string => {
  if (typeof value !== 'string') throw wrong(`${what} must be a text`);
  return value;
};

const line = (text: string): string => {
  if (/[\r\n]/.test(text)) throw wrong('A line holds a line break');
  return `${text}\n`;
};

const ENCODERS: Readonly<Record<Form, (content: Json) => Buffer>> = {
  text: (content) => Buffer.from(textOf(content, 'What is written as text')),
  json: (content) => Buffer.from(`${JSON.stringify(content)}\n`),
  lines: (content) =>
    Buffer.from(
      listOf(content, 'lines')
        .map((one) => line(textOf(one, 'A line')))
        .join(''),
    ),
  json_lines: (content) =>
    Buffer.from(
      listOf(content, 'json_lines')
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(''),
    ),
  base64: (content) => {
    const text = textOf(content, 'What is written as base64');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw wrong('The content is no base64');
    return Buffer.from(text, 'base64');
  },
};

/** JSON as bytes; by default a text as it is, anything else as JSON. Throws `content_invalid`. */
export const encoded = (content: Json, form: Form | undefined): Buffer =>
  ENCODERS[form ?? (typeof content === 'string' ? 'text' : 'json')](content);

/** Throws when the attempt is over. */
export const goOn = (signal: AbortSignalLike): void => {
  if (signal.aborted) throw transient('canceled', 'The attempt is over.');
};

export interface Reading {
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
  readonly signal: AbortSignalLike;
}

/** The bytes of a file from its start, in pieces. Fails as soon as there are more than the limit, also of one that grows. */
export async function* piecesOf(
  file: FileHandle,
  { path, limit, signal }: Reading,
): AsyncGenerator<Buffer, void, void> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ;) {
    goOn(signal);
    const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    if (at > limit) throw fatal('file_too_large', `The file ${JSON.stringify(path)} has more than ${limit} bytes.`);
    yield buffer.subarray(0, bytesRead);
  }
}
