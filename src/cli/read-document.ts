import { readFile } from 'node:fs/promises';
import { HarmoniaError, type Json } from '../kernel/index.js';
import { parseYaml } from '../yaml/index.js';

/** Longest file that is read, bytes. */
const LIMIT = 64 * 2 ** 20;

const unreadable = (reason: string, cause?: unknown): HarmoniaError =>
  new HarmoniaError('invalid_request', { reason }, cause === undefined ? {} : { cause });

const parseText = (text: string, name: string): Json => {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw unreadable(`${name}: ${parsed.error}`);
  return parsed.value;
};

const readStandardInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Reads a JSON or YAML file; `-` is standard input. Throws `invalid_request` with the place of the mistake. */
export const readDocument = async (file: string): Promise<unknown> => {
  if (file === '-') return parseText(await readStandardInput(), 'standard input');
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    throw unreadable(`${file}: ${(error as Error).message}`, error);
  }
  if (text.length > LIMIT)
    throw new HarmoniaError('payload_too_large', {
      subject: file,
      size: text.length,
      limit: LIMIT,
      setting: 'nothing',
    });
  return parseText(text.toString('utf8'), file);
};

/** The value of `--input`: JSON, or `@file`. */
export const readInput = async (value: string | undefined): Promise<unknown> => {
  if (value === undefined) return {};
  if (value.startsWith('@')) return readDocument(value.slice(1));
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw unreadable(`--input: ${(error as Error).message}`, error);
  }
};
