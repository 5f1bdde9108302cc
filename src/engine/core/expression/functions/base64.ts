import { ExpressionRefused } from '../budget.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([
  ...[...ALPHABET].map((char, value) => [char, value] as const),
  ...([
    ['-', 62],
    ['_', 63],
  ] as const),
]);

const CODES = Uint8Array.from(ALPHABET, (char) => char.charCodeAt(0));
const PADDING = '='.charCodeAt(0);
/** Arguments that a call may have, by far. */
const PIECE = 8192;

/** RFC 4648, with padding. */
export const bytesToBase64 = (bytes: Uint8Array): string => {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  const code = (bits: number): number => CODES[bits & 63] as number;
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const [a = 0, b, c] = [bytes[from], bytes[from + 1], bytes[from + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    codes[to] = code(bits >> 18);
    codes[to + 1] = code(bits >> 12);
    if (b !== undefined) codes[to + 2] = code(bits >> 6);
    if (c !== undefined) codes[to + 3] = code(bits);
  }
  let text = '';
  for (let at = 0; at < codes.length; at += PIECE) text += String.fromCharCode(...codes.subarray(at, at + PIECE));
  return text;
};

/** Either alphabet of RFC 4648, with or without padding. Throws on anything else. */
export const bytesFromBase64 = (text: string): Uint8Array => {
  const digits = text.replace(/={1,2}$/, '');
  if (digits.length % 4 === 1) throw new ExpressionRefused('the text is no Base64: a character is missing');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let written = 0;
  for (const digit of digits) {
    const value = VALUES.get(digit);
    if (value === undefined) throw new ExpressionRefused(`the text is no Base64: "${digit}" is none of its characters`);
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[written++] = (bits >> held) & 0xff;
  }
  return bytes;
};
