import type { Json } from '../../kernel/index.js';

/** Shorter values are too common to be searched for: masking them would tear up ordinary text. */
const SHORTEST = 4;
const MASK = '***';

/** Replaces secret values wherever they stand in text, keys included. */
export interface Masking {
  text(text: string): string;
  json<T extends Json>(value: T): T;
}

const NOTHING: Masking = { text: (text) => text, json: (value) => value };

/** A value may come back encoded: as JSON text, or in a URL. */
const formsOf = (secret: string): string[] => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];

export const maskingOf = (secrets: readonly string[]): Masking => {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf));
  if (forms.size === 0) return NOTHING;
  // Longest first: a secret may be part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  const text = (given: string): string => ordered.reduce((masked, form) => masked.replaceAll(form, MASK), given);
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as Json[]).map(json);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [text(key), json(entry)]));
  };
  return { text, json: (value) => json(value) as typeof value };
};
