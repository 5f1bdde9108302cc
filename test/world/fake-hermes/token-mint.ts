import { createHmac, randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';

/** Every Hermes has the same, as every real one has: tokens outlive a restart. */
const KEY = 'a key of the fake Hermes, known to everybody';
const LIFE = 3600;

/** JSON as Python writes it: keys sorted, a blank after `,` and `:`. */
const pythonic = (value: Json): string => {
  if (Array.isArray(value)) return `[${(value as Json[]).map(pythonic).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}: ${pythonic(value[key] as Json)}`).join(', ')}}`;
};

const signatureOf = (payload: Json): string => createHmac('sha256', KEY).update(pythonic(payload)).digest('hex');

/** `seconds`: since when it is good. `life`: how long, s. */
export const mint = (componentId: string, seconds: number, life = LIFE): string => {
  const iat = Math.floor(seconds);
  const payload = { component_id: componentId, token_id: randomUUID(), iat, exp: iat + life };
  // Not sorted: as Hermes makes it.
  const written = Object.entries(payload).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{"payload": {${written.join(', ')}}, "signature": "${signatureOf(payload)}"}`;
};

/** `broken`: Hermes falls over it. */
export type Verdict = 'good' | 'bad' | 'broken';

export const judge = (token: string, componentId: string, seconds: number): Verdict => {
  let read: Json;
  try {
    read = JSON.parse(token) as Json;
  } catch {
    return 'bad';
  }
  if (!isJsonObject(read)) return 'broken';
  const { payload = {}, signature } = read as { payload?: JsonObject; signature?: Json };
  if (!isJsonObject(payload) || signature !== signatureOf(payload)) return 'bad';
  return payload.component_id === componentId && (payload.exp as number) >= seconds ? 'good' : 'bad';
};
