import { bindsTasks, isNode, parseExpression, scan, type SyntaxNode } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';

/** Ids of tasks in expressions. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);

/** Lets all expressions in a part of a document read another task than before. What has none is shared with it. */
export const renameReads = (part: Json, rename: Rename): Json => {
  if (typeof part === 'string') return part.includes(rename.from) ? renameInText(part, rename) : part;
  if (Array.isArray(part)) {
    const entries: readonly Json[] = part;
    const renamed = entries.map((entry) => renameReads(entry, rename));
    return renamed.some((entry, index) => entry !== entries[index]) ? renamed : entries;
  }
  if (!isJsonObject(part)) return part;
  const renamed: JsonObject = Object.fromEntries(
    Object.entries(part).map(([key, entry]) => [key, renameReads(entry, rename)]),
  );
  return Object.keys(part).some((key) => renamed[key] !== part[key]) ? renamed : part;
};

const renameInText = (text: string, rename: Rename): string => {
  const scanned = scan(text);
  if (!scanned.ok) return text;
  let isChanged = false;
  const pieces = scanned.value.map((piece) => {
    if (piece.is === 'text') return piece.text.replaceAll('${', '$${');
    const source = renameInExpression(piece.source, rename);
    isChanged ||= source !== piece.source;
    return `\${${source}}`;
  });
  return isChanged ? pieces.join('') : text;
};

const renameInExpression = (source: string, rename: Rename): string => {
  const { ast, text } = parseExpression(source);
  const places = placesIn(ast, rename.from);
  // From the end, so that the places before stay where they are.
  const renamed = places
    .sort((a, b) => b.from - a.from)
    .reduce((before, { from, end, isQuoted }) => {
      const id = isQuoted ? `"${rename.to}"` : rename.to;
      return `${before.slice(0, from)}${id}${before.slice(end)}`;
    }, text);
  return places.length === 0 ? source : renamed;
};

interface Place {
  readonly from: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** Where the id stands in a syntax tree as that of a task. */
const placesIn = (value: unknown, id: string): Place[] => {
  if (Array.isArray(value)) return value.flatMap((one) => placesIn(one, id));
  if (!isNode(value)) return [];
  if (bindsTasks(value)) return placesIn((value.args as [string, SyntaxNode])[1], id);
  const inner = placesIn(value.args, id);
  if (!ACCESS.has(value.op)) return inner;
  const [of, key] = value.args as [unknown, unknown];
  if (!isNode(of) || of.op !== 'id' || of.args !== 'tasks') return inner;
  const { end = 0 } = value;
  if (key === id) return [...inner, { from: end - id.length, end, isQuoted: false }];
  if (isNode(key) && key.op === 'value' && key.args === id)
    return [...inner, { from: key.start ?? 0, end: key.end ?? 0, isQuoted: true }];
  return inner;
};
