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

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    and: '&&',
    or: '||',
    not: '!',
    None: 'null',
    True: 'true',
    False: 'false',
  }),
);
const SIGNS: ReadonlyMap<string, string> = new Map(Object.entries({ '===': '==', '!==': '!=' }));

/** What a name at the root of an expression stands for. */
export interface Names {
  /** The canonical id of a task of the document, by its id, key or display name. */
  task(name: string): string | undefined;
  /** Whether an input is always there: required, or with a default. */
  inputIsSure(name: string): boolean;
  /** What a variable of a map or loop around is called here. */
  variable(name: string): string | undefined;
  /** The CEL of a state variable, by `state.…` or (`bare`) without that word. Throws `Untranslatable`. */
  state(path: readonly string[], bare: boolean): string | undefined;
}

/** Roots that no state variable may hide. */
const ROOTS: ReadonlySet<string> = new Set([
  ...['input', 'tasks', 'workflow', 'execution', 'secrets', 'error', 'event', 'output', 'context'],
]);

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
const chainAt = (tokens: readonly Token[], start: number, names: Names): Chain => {
  const found = [(tokens[start] as Token).text];
  let end = start + 1;
  const task = found[0] === 'tasks' ? taskNameAt(tokens, end, names) : undefined;
  if (task) {
    found.push(task.name);
    end = task.end;
  }
  while (tokens[end]?.text === '.' && tokens[end + 1]?.is === 'word' && tokens[end + 2]?.text !== '(') {
    found.push((tokens[end + 1] as Token).text);
    end += 2;
  }
  return { names: found, end };
};

/** After `tasks`: `.fetch-data` or `["Fetch data"]`, which are no words. */
const taskNameAt = (
  tokens: readonly Token[],
  start: number,
  names: Names,
): { name: string; end: number } | undefined => {
  const [open, inner, close] = tokens.slice(start, start + 3);
  if (open?.text === '[' && inner?.is === 'string' && close?.text === ']')
    return { name: inner.text.slice(1, -1), end: start + 3 };
  if (open?.text !== '.') return undefined;
  let name = '';
  let end = start + 1;
  for (; end < tokens.length && /^(?:\w+|-)$/.test((tokens[end] as Token).text); end++)
    name += (tokens[end] as Token).text;
  return name.includes('-') && names.task(name) !== undefined ? { name, end } : undefined;
};

/** `output.a.b` → `output.?a.?b`: what is missing is nothing, not an error. */
export const lenient = (root: string, path: readonly string[]): string =>
  path.length === 0 ? root : `${root}.?${path.join('.?')}`;

const translateTask = (id: string, path: readonly string[]): string => {
  const [field, ...below] = path;
  if (field === undefined) return `tasks.${id}.output`;
  if (TASK_FIELDS.has(field)) return [`tasks.${id}.${field}`, ...below].join('.');
  // Upstream's short form: `tasks.a.result` for `tasks.a.output.result`.
  return [`tasks.${id}.output`, ...path].join('.');
};

/** Characters of one expression, as in the canonical form. */
const MAX_SOURCE = 16 * 1024;

/** A `${…}` expression of upstream, in CEL. Throws `Untranslatable`. */
export const translateExpression = (source: string, names: Names): string => {
  if (source.length > MAX_SOURCE) throw new Untranslatable(`it has more than ${MAX_SOURCE} characters`);
  const sides = alternatives(tokenize(source.trim().replace(/^expr\./, ''))).map((side) => ({
    text: translateTokens(side, names),
    isReference: side.every(({ is, text }) => is === 'word' || is === 'space' || text === '.'),
  }));
  const last = sides.pop()?.text ?? '';
  const translated = sides.reduceRight((fallback, reference) => coalesce(reference, fallback), last);
  if (translated.length > MAX_SOURCE) throw new Untranslatable(`in CEL it has more than ${MAX_SOURCE} characters`);
  return translated;
};

/** The sides of `??`. */
const alternatives = (tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const sides: Token[][] = [[]];
  for (const token of tokens) {
    if (token.is === 'other' && token.text === '??') sides.push([]);
    else sides.at(-1)?.push(token);
  }
  return sides;
};

const translateTokens = (tokens: readonly Token[], names: Names): string => {
  let translated = '';
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at] as Token;
    const previous = tokens[at - 1]?.text;
    if (token.is === 'word' && token.text === 'length' && previous === '.' && tokens[at + 1]?.text !== '(')
      throw new Untranslatable('`.length` is understood after a plain reference only; write size(…)');
    if (token.is !== 'word' || previous === '.' || previous === '?.') {
      translated += SIGNS.get(token.text) ?? token.text;
      at += 1;
    } else {
      const word = translateWord(tokens, at, names);
      translated += word.text;
      at = word.end;
    }
  }
  return translated;
};

/** A chain of names from a word on. A word before `(` is a function. */
const translateWord = (tokens: readonly Token[], at: number, names: Names): { text: string; end: number } => {
  const { names: chain, end } = chainAt(tokens, at, names);
  const isCalled = tokens[end]?.text === '(';
  const [first = '', ...more] = chain;
  if (isCalled && more.length === 0 && !WORDS.has(first)) return { text: first, end };
  const isLength = more.at(-1) === 'length' && !isCalled;
  return { text: isLength ? `size(${translateChain(chain.slice(0, -1), names)})` : translateChain(chain, names), end };
};

const translateChain = (chain: readonly string[], names: Names): string => {
  const [root = '', ...path] = chain;
  const word = path.length === 0 ? WORDS.get(root) : undefined;
  if (word !== undefined) return word;
  const renamed = variableOf(chain, names) ?? inputOf(chain);
  if (renamed) return renamed.join('.');
  if (root === 'env')
    throw new Untranslatable(`\${env.${path.join('.')}}: a workflow reads no environment; pass the value as an input`);
  const [name = '', ...below] = path;
  if (root === 'tasks' && name !== '') return translateTask(names.task(name) ?? name, below);
  return stateOf(chain, names) ?? chain.join('.');
};

/** Upstream's names for the input. */
const inputOf = ([root = '', ...path]: readonly string[]): readonly string[] | undefined => {
  if (INPUT_ROOTS.has(root)) return ['input', ...path];
  return root === 'workflow' && path[0] === 'input' ? path : undefined;
};

/** `row.x` in the words of the map or loop around; upstream also says `loop.index`. */
const variableOf = (chain: readonly string[], names: Names): readonly string[] | undefined => {
  const [root = '', next, ...below] = chain;
  const direct = names.variable(root);
  if (direct !== undefined) return [direct, ...chain.slice(1)];
  const inLoop = root === 'loop' && next !== undefined ? names.variable(next) : undefined;
  return inLoop === undefined ? undefined : [inLoop, ...below];
};

/** A variable of the state, by `state.x`, or by `x` alone where that is no other name. */
const stateOf = (chain: readonly string[], names: Names): string | undefined => {
  const [root = '', ...path] = chain;
  if (root !== 'state') return ROOTS.has(root) ? undefined : names.state(chain, true);
  const found = path.length === 0 ? undefined : names.state(path, false);
  if (found === undefined) throw new Untranslatable('the state as a whole is no value here; name one of its variables');
  return found;
};

const PLAIN = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

interface Side {
  readonly text: string;
  /** In the source it was a plain reference, whatever it became. */
  readonly isReference: boolean;
}

/** `a.b ?? c` → `a.?b.orValue(c)`. */
const coalesce = ({ text, isReference }: Side, fallback: string): string => {
  const reference = text.trim();
  if (!PLAIN.test(reference)) {
    if (isReference && reference !== '') return either(reference, fallback.trim());
    throw new Untranslatable('`??` is understood after a plain reference only');
  }
  const names = reference.split('.');
  const fixed = names[0] === 'tasks' ? 3 : 1;
  const path = names.slice(fixed);
  const root = names.slice(0, fixed).join('.');
  if (path.length === 0) return `${root} == null ? ${fallback.trim()} : ${root}`;
  return `${lenient(root, path)}.orValue(${fallback.trim()})`;
};

const either = (reference: string, fallback: string): string => `(${reference} == null ? ${fallback} : ${reference})`;

/** The inside of `{{ … }}` in CEL. As in Jinja, what is missing is nothing. Throws `Untranslatable`. */
export const translateJinja = (source: string, names: Names): string => {
  if (source.length > MAX_SOURCE) throw new Untranslatable(`it has more than ${MAX_SOURCE} characters`);
  const [reference = '', filter, ...more] = splitFilters(source).map((part) => part.trim());
  const path = reference.split('.');
  if (!path.every((name) => /^[A-Za-z_]\w*$/.test(name) || names.task(name) !== undefined))
    throw new Untranslatable(`{{${source}}} is no plain reference`);
  if (more.length > 0) throw new Untranslatable(`{{${source}}} has more than one filter`);
  return jinjaReference(path, filter === undefined ? undefined : defaultOf(filter, names), names);
};

/** The value in `default(…)`. */
const defaultOf = (filter: string, names: Names): string => {
  if (!filter.startsWith('default(') || !filter.endsWith(')'))
    throw new Untranslatable(`the filter "${filter}" is unknown; known is default(…)`);
  return translateExpression(filter.slice('default('.length, -1).trim() || 'null', names);
};

const jinjaReference = (chain: readonly string[], fallback: string | undefined, names: Names): string => {
  const [root = '', ...path] = chain;
  const variable = variableOf(chain, names);
  if (variable) return jinjaVariable(variable, fallback);
  const [name = '', ...below] = root === 'tasks' && path.length > 0 ? path : chain;
  const task = names.task(name);
  if (task !== undefined) {
    const inside = below[0] === 'output' ? below.slice(1) : below;
    if (inside.length === 0 && fallback === undefined) return `tasks.${task}.output`;
    return `${lenient(`tasks.${task}.output`, inside)}.orValue(${fallback ?? 'null'})`;
  }
  const state = stateOf(chain, names);
  if (state !== undefined) return fallback === undefined ? state : either(state, fallback);
  return jinjaInput(INPUT_ROOTS.has(root) || root === 'input' ? path : chain, fallback, names);
};

const jinjaInput = (path: readonly string[], fallback: string | undefined, names: Names): string => {
  const [name = ''] = path;
  if (path.length === 1 && fallback === undefined && names.inputIsSure(name)) return `input.${name}`;
  return `${lenient('input', path)}.orValue(${fallback ?? 'null'})`;
};

const jinjaVariable = ([root = '', ...path]: readonly string[], fallback: string | undefined): string => {
  if (path.length > 0) return `${lenient(root, path)}.orValue(${fallback ?? 'null'})`;
  return fallback === undefined ? root : either(root, fallback);
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
  const last = text.lastIndexOf('}}');
  for (let at = 0; at < text.length;) {
    const jinja = at < last && text.startsWith('{{', at) ? text.indexOf('}}', at) : -1;
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

/** What stands inside a text that is exactly one `${…}`. */
export const soleExpression = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (!trimmed.startsWith('${')) return undefined;
  return closing(trimmed, 2) === trimmed.length - 1 ? trimmed.slice(2, -1) : undefined;
};

/** `${a} && ${b}` → `(a) && (b)`. */
export const unwrapped = (text: string): string => {
  let inside = '';
  for (let at = 0; at < text.length;) {
    const close = text.startsWith('${', at) ? closing(text, at + 2) : undefined;
    inside += close === undefined ? text[at] : `(${text.slice(at + 2, close)})`;
    at = close === undefined ? at + 1 : close + 1;
  }
  return inside;
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
