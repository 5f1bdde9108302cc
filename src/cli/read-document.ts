import { readFile } from 'node:fs/promises';
import { duplicateKeys, type Json } from '../kernel/index.js';
import { parseYaml } from '../yaml/index.js';
import { CommandError } from './command-error.js';

/** Longest file that is read, bytes. */
const LIMIT = 64 * 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

const unreadable = (file: string, error: unknown): CommandError => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new CommandError(`${file}: ${REASONS[code] ?? message}`, 'Name a JSON or YAML file; - is standard input.', {
    cause: error,
  });
};

const parseText = (text: string, name: string): Json => {
  const parsed = parseYaml(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(`${name}: ${parsed.error}`, 'Write JSON or YAML 1.2; the place is named above.');
};

/** All of standard input. */
export const readStandardInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Reads a JSON or YAML file; `-` is standard input. Throws a `CommandError` with the place of the mistake. */
export const readDocument = async (file: string): Promise<unknown> => {
  if (file === '-') return parseText(await readStandardInput(), 'standard input');
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  if (text.length > LIMIT)
    throw new CommandError(
      `${file} has ${text.length} bytes; at most ${LIMIT} are read`,
      'Pass large data by reference.',
    );
  return parseText(text.toString('utf8'), file);
};

/** The value of `--input`: JSON, or `@file`. */
export const readInput = async (value: string | undefined): Promise<unknown> => {
  if (value === undefined) return {};
  if (value.startsWith('@')) return readDocument(value.slice(1));
  try {
    const input = JSON.parse(value) as unknown;
    const [repeated] = duplicateKeys(value);
    if (repeated) throw new SyntaxError(`${repeated.pointer}: ${repeated.message}`);
    return input;
  } catch (error) {
    throw new CommandError(
      `--input: ${(error as Error).message}`,
      `Quote JSON for your shell, --input '{"day":"2026-11-24"}', or name a file, --input @input.json.`,
      { cause: error },
    );
  }
};
