import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

/** JSON Merge Patch (RFC 7396): objects are merged by key, null takes a key away, everything else takes the old one's place. */
export const mergePatch = (target: Json | undefined, patch: Json): Json => {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map<string, Json>(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
};

/** A child's definition over its parent's: tasks by their ids. */
export const extendDefinition = (parent: JsonObject, child: JsonObject): JsonObject =>
  mergePatch(parent, child) as JsonObject;
