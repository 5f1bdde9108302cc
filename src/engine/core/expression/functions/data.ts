import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { jsonDepth, type Json } from '../../../../kernel/index.js';
import { ExpressionRefused, payDeep, payText, payWork, spend } from '../budget.js';
import { asMaps, entriesOf, toJson } from '../value.js';
import { bytesFromBase64, bytesToBase64 } from './base64.js';
import type { ExpressionFunction, Family } from './function.js';

/** As deep as inputs may be. */
const MAX_DEPTH = 200;

const bytesOf = (given: string | Uint8Array): Uint8Array => {
  payText(given.length);
  return typeof given === 'string' ? utf8ToBytes(given) : given;
};

const JSON_WORK = 6;

const encodeJson = (value: unknown): string => {
  payWork(value, JSON_WORK);
  const text = JSON.stringify(toJson(value));
  payText(text.length * 2);
  return text;
};

/** Objects come as maps: their keys may be anything. */
const decodeJson = (text: string): unknown => {
  spend(text.length >> 2);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new ExpressionRefused(`the text is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (jsonDepth(value, MAX_DEPTH) > MAX_DEPTH)
    throw new ExpressionRefused(`JSON nested deeper than ${MAX_DEPTH} levels`);
  payWork(value, JSON_WORK);
  return asMaps(value);
};

const utf8 = (bytes: Uint8Array): string => {
  payText(bytes.length * 4);
  let encoded = '';
  for (const byte of bytes) encoded += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new ExpressionRefused('the bytes are no text in UTF-8');
  }
};

type Digest = (bytes: Uint8Array) => Uint8Array;

const hash = (name: string, digest: Digest, example: string): ExpressionFunction => ({
  name,
  signatures: [`${name}(value: string, form: string?): string`, `${name}(value: bytes, form: string?): string`],
  does: `${name.toUpperCase()} of a text in UTF-8 or of bytes, in hex digits, or in \`"base64"\`.`,
  examples: [[`${name}("abc")`, example]],
  alias: [name.toUpperCase(), `hash.${name}`],
  run: (value: string | Uint8Array, form = 'hex') => {
    spend(20 + (value.length >> 2));
    const bytes = digest(bytesOf(value));
    if (form === 'hex') return bytesToHex(bytes);
    if (form === 'base64') return bytesToBase64(bytes);
    throw new ExpressionRefused(`${name}() gives "hex" or "base64", not "${form.slice(0, 20)}"`);
  },
});

const encodeUrl = (text: string): string => {
  payText(text.length * 4);
  try {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new ExpressionRefused('the text holds half a character');
  }
};

const decodeUrl = (text: string): string => {
  payText(text.length * 4);
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ExpressionRefused('the text is no URL-encoded one: a % must be followed by two hex digits of UTF-8');
  }
};

const queryOf = (parameters: unknown): string =>
  entriesOf(payDeep(parameters))
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => [key, one] as const),
    )
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${encodeUrl(key)}=${encodeUrl(typeof value === 'string' ? value : encodeJson(value))}`)
    .join('&');

export const data: Family = {
  title: 'JSON, hashes, encodings',
  functions: [
    {
      name: 'toJson',
      signatures: ['toJson(value: dyn): string'],
      does: 'A value as JSON text.',
      examples: [['toJson(input.address)', '{"street":"1 Main St","city":"London"}']],
      alias: ['toJSON', 'json.encode', 'JSON.stringify', 'stringify', 'marshalJSON', 'to_json', 'tojson'],
      run: encodeJson,
    },
    {
      name: 'fromJson',
      signatures: ['fromJson(text: string): dyn'],
      does: 'The value that a JSON text says; at most 200 levels deep.',
      examples: [['fromJson("{\\"a\\": [1, null]}").a', [1, null]]],
      alias: ['fromJSON', 'json.decode', 'JSON.parse', 'parseJson', 'parseJSON', 'from_json', 'fromjson'],
      run: decodeJson,
    },
    {
      name: 'json',
      signatures: ['bytes.json(): dyn'],
      does: 'The same of bytes.',
      examples: [['b"[1]".json()', [1]]],
      run: (bytes: Uint8Array) => decodeJson(utf8(bytes)),
    },
    hash('sha256', sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
    hash('sha1', sha1, 'a9993e364706816aba3e25717850c26c9cd0d89d'),
    hash('md5', md5, '900150983cd24fb0d6963f7d28e17f72'),
    {
      name: 'base64.encode',
      signatures: ['base64.encode(value: string): string', 'base64.encode(value: bytes): string'],
      does: 'Base64 of a text in UTF-8 or of bytes.',
      examples: [['base64.encode("hé")', 'aMOp']],
      alias: ['toBase64', 'btoa', 'encodeBase64', 'base64Encode', 'b64encode'],
      run: (value: string | Uint8Array) => {
        const bytes = bytesOf(value);
        spend(bytes.length >> 2);
        return bytesToBase64(bytes);
      },
    },
    {
      name: 'base64.decode',
      signatures: ['base64.decode(text: string): bytes'],
      does: 'The bytes of a Base64 text, of either alphabet; `string(…)` makes a text of them.',
      examples: [['string(base64.decode("aMOp"))', 'hé']],
      alias: ['fromBase64', 'atob', 'decodeBase64', 'base64Decode', 'b64decode', 'decodeb64'],
      run: (text: string) => {
        spend(text.length >> 2);
        return bytesFromBase64(text);
      },
    },
    {
      name: 'url.encode',
      signatures: ['url.encode(text: string): string'],
      does: 'A text as part of a URL.',
      examples: [['url.encode("a b&c/d")', 'a%20b%26c%2Fd']],
      alias: ['urlEncode', 'encodeURIComponent', 'urlencode', 'uriEncode', 'escapeUrl'],
      run: encodeUrl,
    },
    {
      name: 'url.decode',
      signatures: ['url.decode(text: string): string'],
      does: 'The text behind part of a URL.',
      examples: [['url.decode("a%20b")', 'a b']],
      alias: ['urlDecode', 'decodeURIComponent', 'urldecode', 'uriDecode'],
      run: decodeUrl,
    },
    {
      name: 'url.query',
      signatures: ['url.query(parameters: object): string'],
      does: 'The query of a URL; lists repeat their key, null is left out.',
      examples: [['url.query({"q": "a b", "tag": [1, 2], "none": null})', 'q=a%20b&tag=1&tag=2']],
      alias: ['queryString', 'URLSearchParams'],
      run: queryOf,
    },
  ],
};
