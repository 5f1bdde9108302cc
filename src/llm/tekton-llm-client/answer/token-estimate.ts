/**
 * Pieces that tokenisers cut a text into, by the kind of their characters: letters of scripts without case, words, digits, other
 * letters, blanks, line ends, signs, the rest.
 */
const PIECES = /([\p{Lo}\p{Lm}])|([A-Za-z]+)|(\d+)|(\p{L}+)|( {2,}|\t+)|(\r?\n)|([\u0021-\u007e])|([^\u0000-\u007f])/gu; // eslint-disable-line no-control-regex -- all of ASCII is meant

/** Tokens of a piece, by its length, in the order of the groups of `PIECES`. */
const WEIGHTS: readonly ((length: number) => number)[] = [
  () => 0.9,
  (length) => (length <= 6 ? 1.02 : 1 + (length - 6) / 5),
  (length) => Math.ceil(length / 3),
  (length) => Math.max(1, length / 3.2),
  () => 0.6,
  () => 0.5,
  () => 0.62,
  () => 1.6,
];

/**
 * Tokens of a text, guessed in linear time. Fitted to the tokeniser `o200k_base`: on the documents, sources, workflows and
 * traces of this project within 0.92 and 1.09 of it for 80 % of them (`length / 4`: 0.71 and 1.30; a third of the
 * truth for JSON and Chinese). The tokeniser itself is no choice here: js-tiktoken takes 58 s for 20,000 times `a`.
 */
export const estimateTokens = (text: string): number => {
  let tokens = 0;
  for (const found of text.matchAll(PIECES)) {
    const kind = found.findIndex((group, index) => index > 0 && group !== undefined) - 1;
    tokens += WEIGHTS[kind]?.(found[0].length) ?? 0;
  }
  return Math.ceil(tokens);
};

/** Tokens of a conversation: 4 for each message and 3 for the whole are what chat formats add. */
export const estimateMessages = (messages: readonly { readonly content: string }[]): number =>
  messages.reduce((sum, { content }) => sum + estimateTokens(content) + 4, 3);
