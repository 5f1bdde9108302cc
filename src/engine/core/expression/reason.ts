import { findHost, HOST_PREFIX } from './functions/index.js';

/** CEL's words for types, in ours. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/dyn<([^<>]*)>/g, '$1'],
  [/google\.protobuf\.Timestamp/g, 'time'],
  [/google\.protobuf\.Duration/g, 'duration'],
  [/\bmap\b(?:<[^<>]*>)?/g, 'object'],
  [/\b(?:double|int)\b/g, 'number'],
];

const inOurWords = (text: string): string => WORDS.reduce((said, [word, ours]) => said.replace(word, ours), text);

const CALL = new RegExp(`found no matching overload for '(?:[\\w.<>]+\\.)?(${HOST_PREFIX}_\\w+)\\((.*)\\)'`);

/** Why an expression cannot be read or failed, in the words of whoever wrote it, not of the guards. */
export const reasonOf = (error: unknown): string => {
  const { summary, message, code } = error as { summary?: string; message?: string; code?: string };
  const [line = ''] = (summary ?? message ?? String(error)).split('\n');
  const [, host = '', given = ''] = CALL.exec(line) ?? [];
  const called = findHost(host)?.definition;
  if (called) return `${called.name}() does not take (${inOurWords(given)}); it is ${called.signatures.join(' or ')}`;
  return code === 'no_matching_overload' || code === 'no_such_overload'
    ? inOurWords(line)
    : line.replace(/dyn<([^<>]*)>/g, '$1');
};
