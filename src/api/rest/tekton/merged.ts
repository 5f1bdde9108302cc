import { isJsonObject, ownValue, type Json } from '../../../kernel/index.js';

/** A value with another one merged into it: objects key by key, everything else is replaced. */
export const merged = (before: Json | undefined, patch: Json): Json => {
  if (!isJsonObject(before) || !isJsonObject(patch)) return patch;
  const changed = Object.entries(patch).map(
    ([key, value]) => [key, merged(ownValue<Json>(before, key), value)] as const,
  );
  return Object.fromEntries([...Object.entries(before), ...changed]);
};
