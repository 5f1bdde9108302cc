import { parseDocument } from 'yaml';
import { err, ok, type Json, type Result } from '../kernel/index.js';

/** Aliases of one document that are followed; more is a bomb. */
const MAX_ALIASES = 100;

const notFinite = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

const words = (message: string): string =>
  message.startsWith('Maximum call stack') ? 'it is nested too deep, or refers to itself' : message;

/** YAML 1.2, of which JSON is a part. The error says what is wrong, with line and column. Only what JSON can say is taken. */
export const parseYaml = (text: string): Result<Json, string> => {
  const document = parseDocument(text, {
    prettyErrors: true,
    uniqueKeys: true,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) return err(words(problem.message.trim()));
  try {
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
  } catch (failure) {
    return err(words((failure as Error).message));
  }
};
