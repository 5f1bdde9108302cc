import { isJsonObject, type Json } from '../../../kernel/index.js';

/** `{'error': …}` as Python prints a dict, the `Error: …` of the successor client, `ERROR:` of its templates, a traceback. */
const LEAKED = /^(?:\{\s*'(?:error|detail|success|type)'\s*:|errors?\s*:\s|Traceback \(most recent call last\))/i;
/** What stands beside `error` in the objects that Rhetor's specialists give when they fail. */
const BESIDE = new Set(['error', 'type', 'status', 'success', 'message', 'detail', 'code', 'ai_id', 'timestamp']);

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** The error that an "answer" is; undefined when it looks like an answer. */
export const leakedError = (text: string): string | undefined => {
  const start = text.trimStart();
  if (LEAKED.test(start)) return start;
  if (!start.startsWith('{') || start.length > 64 * 1024) return undefined;
  const value = parsed(start);
  if (!isJsonObject(value) || !('error' in value) || value.error === null) return undefined;
  return Object.keys(value).every((key) => BESIDE.has(key)) ? start : undefined;
};
