import { ExpressionRefused } from '../budget.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([
  ...[...ALPHABET].map((char, value) => [char, value] as const),
  ...([
    ['-', 62],
    ['_', 63],
  ] as const),
]);

/** RFC 4648, with padding. */
export const bytesToBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] as number, bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += `${ALPHABET[bits >> 18]}${ALPHABET[(bits >> 12) & 63]}`;
    text += `${b === undefined ? '=' : ALPHABET[(bits >> 6) & 63]}${c === undefined ? '=' : ALPHABET[bits & 63]}`;
  }
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
