import type { Pieces } from './auth.js';

/** Something to be sent, of known length. */
export interface Content {
  readonly size: number;
  readonly pieces: Pieces;
}

export interface FormWords {
  readonly boundary: string;
  readonly field: string;
  readonly filename: string;
  /** Content type of the file. */
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** As browsers write names into a header (HTML, multipart/form-data). */
const quoted = (text: string): string =>
  `"${text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')}"`;

/** The file, and fields before it, as multipart/form-data (RFC 7578). */
export const inForm = (
  { size, pieces }: Content,
  { boundary, field, filename, type, fields }: FormWords,
): Content & { readonly type: string } => {
  const disposition = (name: string): string => `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}`;
  const texts = Object.entries(fields).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`);
  const head = `${disposition(field)}; filename=${quoted(filename)}\r\nContent-Type: ${type}\r\n\r\n`;
  const before = Buffer.from(texts.join('') + head);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: before.length + size + after.length,
    pieces: async function* () {
      yield before;
      yield* pieces();
      yield after;
    },
  };
};
