/** RFC 6901. The empty string points at the whole document. */
export type JsonPointer = string;

export const escapePointerToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** Appends tokens to a pointer, escaping each. */
export const pointer = (base: JsonPointer, ...tokens: (string | number)[]): JsonPointer =>
  tokens.reduce<string>((path, token) => `${path}/${escapePointerToken(String(token))}`, base);

/** The unescaped tokens of a pointer. */
export const pointerTokens = (path: JsonPointer): string[] =>
  path === ''
    ? []
    : path
        .slice(1)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
