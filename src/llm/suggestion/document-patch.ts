import { applyPatch, createPatch, type Operation } from 'rfc6902';
import {
  isJsonObject,
  ownValue,
  pointerTokens,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../kernel/index.js';
import type { PatchOperation } from '../ports/index.js';

/**
 * The patch (RFC 6902) from one document to another. It begins with a test of the version and of what it touches, and
 * gives the other document byte for byte: where a field would not come to stand in its place, what holds it is replaced.
 */
export const patchBetween = (from: JsonObject, to: JsonObject): PatchOperation[] => {
  const changes = createPatch(from, to, (input: Json, output: Json, at) => {
    if (input === output) return [];
    const isEdited = isJsonObject(input) && isJsonObject(output) && keepsPlaces(input, output);
    if (isEdited) return undefined;
    const isSame = JSON.stringify(input) === JSON.stringify(output);
    return isSame ? [] : [{ op: 'replace', path: at.toString(), value: output }];
  }) as PatchOperation[];
  return [...testsOf(from, changes), ...changes];
};

/** What stays keeps its order, and what is new comes last. */
const keepsPlaces = (input: JsonObject, output: JsonObject): boolean => {
  const kept = Object.keys(input).filter((key) => Object.hasOwn(output, key));
  const keys = Object.keys(output);
  return kept.every((key, index) => keys[index] === key);
};

const VERSION = '/version';

const testsOf = (from: JsonObject, changes: readonly PatchOperation[]): PatchOperation[] => {
  const touched = new Set<JsonPointer>(Object.hasOwn(from, 'version') ? [VERSION] : []);
  for (const { op, path } of changes) {
    if (op !== 'add') touched.add(path);
    // Nothing can be said of what is not there but by what would hold it.
    else if (pointerTokens(path).length > 2) touched.add(path.slice(0, path.lastIndexOf('/')));
  }
  return [...touched].map((path) => ({ op: 'test', path, value: valueAt(from, path) }));
};

const valueAt = (document: JsonObject, path: JsonPointer): Json => {
  let at: Json = document;
  for (const token of pointerTokens(path)) at = isJsonObject(at) ? (ownValue(at, token) as Json) : null;
  return at;
};

/** The patched document; undefined: it does not fit. The document itself stays as it is. */
export const patched = (document: JsonObject, patch: readonly PatchOperation[]): JsonObject | undefined => {
  const holder = copyOf({ document });
  const rooted = copyOf(patch as unknown as Json[]).map((operation) => rootedIn('/document', operation as JsonObject));
  const failed = applyPatch(holder, rooted as unknown as Operation[]).some((problem) => problem !== null);
  return failed || !isJsonObject(holder.document) ? undefined : holder.document;
};

/** A plain copy: the library changes what it is given, and takes nothing else for an array. */
const copyOf = <T extends Json>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const rootedIn = (root: JsonPointer, operation: JsonObject): JsonObject => ({
  ...operation,
  path: root + (operation.path as string),
});
