import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { duplicateKeys, err, ok, type Json, type Result } from '../kernel/index.js';

/** Aliases of one document that are followed; more is a bomb. */
const MAX_ALIASES = 100;

const notFinite = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

const words = (message: string): string =>
  message.startsWith('Maximum call stack') ? 'it is nested too deep, or refers to itself' : message;

/** The parser compares each key of a map with each other one; this takes time in proportion to the map. */
const repeatedKey = (document: Document, lines: LineCounter): string | undefined => {
  let found: string | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : '';
        if (seen.has(name)) {
          const { line, col } = lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
          found = `the key "${name}" stands twice at line ${line}, column ${col}`;
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return found;
};

const toJson = (document: Document): Result<Json, string> => {
  let odd: string | undefined;
  const value = document.toJS({
    maxAliasCount: MAX_ALIASES,
    reviver: (key, inner: unknown) => {
      if (notFinite(inner)) odd = '.nan and .inf are no JSON';
      if (key === '__proto__') odd = '__proto__ is no key';
      return inner;
    },
  }) as Json;
  return odd === undefined ? ok(value) : err(odd);
};

const parseDocumentText = (text: string): Result<Json, string> => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: true,
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) return err(words(problem.message.trim()));
  try {
    const repeated = repeatedKey(document, lines);
    return repeated === undefined ? toJson(document) : err(repeated);
  } catch (failure) {
    return err(words((failure as Error).message));
  }
};

/** JSON is read a hundred times faster by its own parser; what that refuses may be YAML, or gets a place from its parser. */
const asJson = (text: string): Json | undefined => {
  if (!/^\s*[[{]/.test(text) || text.includes('__proto__')) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return duplicateKeys(text).length === 0 ? value : undefined;
  } catch {
    return undefined;
  }
};

/** YAML 1.2, of which JSON is a part. The error says what is wrong, with line and column. Only what JSON can say is taken. */
export const parseYaml = (text: string): Result<Json, string> => {
  const json = asJson(text);
  return json === undefined ? parseDocumentText(text) : ok(json);
};
