import { PromptTooLargeError } from '../errors.js';

/** Bytes of a prompt that Rhetor is given. */
const LIMIT = 48 * 1024;
/** Bytes of the line to the specialist behind Rhetor: it reads lines of 64 KiB, and the rest of the line needs some. */
const LINE = 62 * 1024;

/** Bytes of a text in the JSON that Python writes: all that is not ASCII becomes `\uXXXX`. */
const escapedSize = (text: string): number => {
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code === 0x5c || (code >= 0x08 && code <= 0x0d && code !== 0x0b)) size += 2;
    else size += code < 0x20 || code > 0x7e ? 6 : 1;
  }
  return size;
};

/**
 * Throws `PromptTooLargeError` for what would not get through: more than 48 KiB, or more than a line of the
 * specialist once it is escaped (a Chinese character takes six bytes there). Sent all the same, it would come back as
 * HTTP 500 after the model had been woken.
 */
export const checkPromptSize = (transport: string, prompt: string): void => {
  const size = Buffer.byteLength(prompt);
  if (size > LIMIT) throw new PromptTooLargeError(transport, size, LIMIT);
  const line = escapedSize(prompt);
  if (line > LINE) throw new PromptTooLargeError(transport, line, LINE);
};
