import { endOfQuote } from '../../engine/core/index.js';

/** A piece of an expression's source. Strings are kept as they are. */
interface Token {
  readonly is: 'string' | 'word' | 'space' | 'other';
  readonly text: string;
}

const OPERATORS = ['===', '!==', '??', '==', '!=', '<=', '>=', '&&', '||', '?.'];

const tokenize = (source: string): Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    const char = source[at] as string;
    const rest = source.slice(at);
    const word = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    const space = /^\s+/.exec(rest)?.[0];
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    const quoted = char === '"' || char === "'" ? source.slice(at, endOfQuote(source, at) ?? source.length) : undefined;
    const text = quoted ?? word ?? space ?? operator ?? char;
    tokens.push({ is: quoted ? 'string' : word ? 'word' : space ? 'space' : 'other', text });
    at += text.length;
  }
  return tokens;
};

const WORDS: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  None: 'null',
  True: 'true',
  False: 'false',
};
const SIGNS: Readonly<Record<string, string>> = { '===': '==', '!==': '!=' };

/** What a name at the root of an expression stands for. */
export interface Names {
  /** The canonical id of a task of the document, by its id, key or display name. */
  task(name: string): string | undefined;
  /** Whether an input is always there: required, or with a default. */
  inputIsSure(name: string): boolean;
}

const INPUT_ROOTS: ReadonlySet<string> = new Set(['param', 'params', 'parameters', 'inputs']);
const TASK_FIELDS: ReadonlySet<string> = new Set(['output', 'status', 'error']);

/** The problem with an expression that cannot be translated. */
export class Untranslatable extends Error {}

interface Chain {
  readonly names: readonly string[];
  /** Index after the last token of the chain. */
  readonly end: number;
}

/** `a.b.c` from a word on, without what a call or an index makes of it. */
const chainAt = (tokens: readonly Token[], start: number): Chain => {
  const names = [(tokens[start] as Token).text];
  let end = start + 1;
  while (tokens[end]?.text === '.' && tokens[end + 1]?.is === 'word' && tokens[end + 2]?.text !== '(') {
    names.push((tokens[end + 1] as Token).text);
    end += 2;
  }
  return { names, end };
};

/** `output.a.b` → `output.?a.?b`: what is missing is nothing, not an error. */
const lenient = (root: string, path: readonly string[]): string =>
  path.length === 0 ? root : `${root}.?${path.join('.?')}`;

const translateTask = (id: string, path: readonly string[]): string => {
  const [field, ...below] = path;
  if (field === undefined) return `tasks.${id}.output`;
  if (TASK_FIELDS.has(field)) return [`tasks.${id}.${field}`, ...below].join('.');
  // Upstream's short form: `tasks.a.result` for `tasks.a.output.result`.
  return [`tasks.${id}.output`, ...path].join('.');
};

/** A `${…}` expression of upstream, in CEL. Throws `Untranslatable`. */
export const translateExpression = (source: string, names: Names): string => {
  const trimmed = source.trim().replace(/^expr\./, '');
  const tokens = tokenize(trimmed);
  let translated = '';
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at] as Token;
    const previous = tokens[at - 1]?.text;
    if (token.is !== 'word' || previous === '.' || previous === '?.') {
      translated += SIGNS[token.text] ?? token.text;
      at += 1;
    } else {
      const { names: chain, end } = chainAt(tokens, at);
      translated += translateChain(chain, names);
      at = end;
    }
  }
  return coalesce(lengths(translated));
};

const translateChain = (chain: readonly string[], names: Names): string => {
  const [root = '', ...path] = chain;
  if (path.length === 0) return WORDS[root] ?? root;
  if (root === 'env')
    throw new Untranslatable(`\${env.${path.join('.')}}: a workflow reads no environment; pass the value as an input`);
  if (INPUT_ROOTS.has(root)) return ['input', ...path].join('.');
  if (root === 'workflow' && path[0] === 'input') return ['input', ...path.slice(1)].join('.');
  if (root === 'tasks') {
    const [name = '', ...below] = path;
    return translateTask(names.task(name) ?? name, below);
  }
  return chain.join('.');
};

/** `x.length` → `size(x)`. */
const lengths = (source: string): string => source.replace(/([A-Za-z_][\w.]*)\.length\b(?!\s*\()/g, 'size($1)');

/** `a.b ?? c` → `a.?b.orValue(c)`. */
const coalesce = (source: string): string => {
  const found = /^\s*([A-Za-z_][\w.]*)\s*\?\?\s*(.+)$/s.exec(source);
  if (!found) {
    if (source.includes('??')) throw new Untranslatable('`??` is understood after a plain reference only');
    return source;
  }
  const [, reference = '', fallback = ''] = found;
  const names = reference.split('.');
  const fixed = names[0] === 'tasks' ? 3 : 1;
  const path = names.slice(fixed);
  const root = names.slice(0, fixed).join('.');
  if (path.length === 0) return `${root} == null ? ${coalesce(fallback)} : ${root}`;
  return `${lenient(root, path)}.orValue(${coalesce(fallback)})`;
};

const FILTER = /^default\(\s*(.*)\s*\)$/s;

/** The inside of `{{ … }}` in CEL. As in Jinja, what is missing is nothing. Throws `Untranslatable`. */
export const translateJinja = (source: string, names: Names): string => {
  const [reference = '', ...filters] = splitFilters(source);
  const path = reference.trim().split('.');
  if (!path.every((name) => /^[A-Za-z_]\w*$/.test(name)))
    throw new Untranslatable(`{{${source}}} is no plain reference`);
  const fallback = filters.map((filter) => {
    const found = FILTER.exec(filter.trim());
    if (!found) throw new Untranslatable(`the filter "${filter.trim()}" is unknown; known is default(…)`);
    return (found[1] ?? 'null').trim();
  })[0];
  return jinjaReference(path, fallback, names);
};

const jinjaReference = (
  [root = '', ...path]: readonly string[],
  fallback: string | undefined,
  names: Names,
): string => {
  const rooted = root === 'tasks' && path.length > 0 ? path : [root, ...path];
  const task = names.task(rooted[0] as string);
  if (task !== undefined) {
    const below = rooted[1] === 'output' ? rooted.slice(2) : rooted.slice(1);
    if (below.length === 0 && fallback === undefined) return `tasks.${task}.output`;
    return `${lenient(`tasks.${task}.output`, below)}.orValue(${fallback ?? 'null'})`;
  }
  const input = INPUT_ROOTS.has(root) || root === 'input' ? path : [root, ...path];
  const [name = ''] = input;
  if (input.length === 1 && fallback === undefined && names.inputIsSure(name)) return `input.${name}`;
  return `${lenient('input', input)}.orValue(${fallback ?? 'null'})`;
};

const splitFilters = (source: string): string[] => {
  const parts = [''];
  for (const token of tokenize(source)) {
    if (token.text === '|') parts.push('');
    else parts[parts.length - 1] += token.text;
  }
  return parts;
};

/** Rewrites every `{{ … }}` and `${…}` of a text. Throws `Untranslatable`. */
export const translateText = (text: string, names: Names): string => {
  let translated = '';
  for (let at = 0; at < text.length;) {
    const jinja = text.startsWith('{{', at) ? text.indexOf('}}', at) : -1;
    if (jinja !== -1) {
      translated += `\${${translateJinja(text.slice(at + 2, jinja), names)}}`;
      at = jinja + 2;
    } else if (text.startsWith('$${', at)) {
      translated += '$${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const close = closing(text, at + 2);
      if (close === undefined) throw new Untranslatable('${ is not closed');
      translated += `\${${translateExpression(text.slice(at + 2, close), names)}}`;
      at = close + 1;
    } else {
      translated += text[at];
      at += 1;
    }
  }
  return translated;
};

const closing = (text: string, from: number): number | undefined => {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"' || char === "'") at = (endOfQuote(text, at) ?? text.length) - 1;
    else if (char === '{') depth += 1;
    else if (char === '}' && depth-- === 0) return at;
  }
  return undefined;
};
