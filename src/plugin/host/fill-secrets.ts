import { messageOf, pointerTokens, type Json, type JsonObject } from '../../kernel/index.js';
import type { Failure, SecretSlot, SecretText } from '../../engine/core/index.js';
import type { SecretSource } from '../ports/index.js';

type Filled =
  { readonly is: 'filled'; readonly input: JsonObject } | { readonly is: 'missing'; readonly failure: Failure };

const render = (text: SecretText, secrets: SecretSource): string | { readonly missing: string } => {
  let rendered = '';
  for (const part of text) {
    if (typeof part === 'string') rendered += part;
    else {
      const value = secrets.get(part.$secret);
      if (value === undefined) return { missing: part.$secret };
      rendered += value;
    }
  }
  return rendered;
};

type Container = Record<string, unknown>;

const put = (root: Container, tokens: readonly string[], value: string): void => {
  let container = root;
  for (const token of tokens.slice(0, -1)) container = container[token] as Container;
  container[tokens[tokens.length - 1] as string] = value;
};

/** The input with its secrets in their places, as a copy: what is journaled never holds them (E7). */
export const fillSecrets = (input: JsonObject, slots: readonly SecretSlot[], secrets: SecretSource): Filled => {
  if (slots.length === 0) return { is: 'filled', input };
  const copy = JSON.parse(JSON.stringify(input)) as Container;
  for (const { pointer, text } of slots) {
    const value = render(text, secrets);
    if (typeof value !== 'string') {
      const message = messageOf('secret_missing', { name: value.missing });
      return { is: 'missing', failure: { kind: 'fatal', code: 'secret_missing', message } };
    }
    put(copy, pointerTokens(pointer), value);
  }
  return { is: 'filled', input: copy as Record<string, Json> };
};
