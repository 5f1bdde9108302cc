import { fatal, type Json, type JsonObject } from '@tekton/harmonia/plugin';

export type Engine = 'postgres' | 'sqlite';

/** One statement as a task gives it. */
export interface Given {
  readonly statement: string;
  readonly params?: readonly Json[] | JsonObject;
}

/** One statement as an engine takes it: `$1` or `?`, and what they stand for. */
export interface Bound {
  readonly text: string;
  readonly values: readonly Json[];
}

/** Begins a transaction, ends one, or leads around it. Ours begin and end by themselves. */
const NOT_ON_POSTGRES: ReadonlySet<string> = new Set([
  ...['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE', 'EXECUTE'],
  ...[
    'DEALLOCATE',
    'DISCARD',
    'LISTEN',
    'UNLISTEN',
    'COPY',
    'DECLARE',
    'FETCH',
    'MOVE',
    'CLOSE',
    'LOAD',
    'SET',
    'RESET',
  ],
]);

/** All that is allowed: others open files (`ATTACH`, `VACUUM INTO`) or change the connection (`PRAGMA`). */
const ON_SQLITE: ReadonlySet<string> = new Set([
  ...['SELECT', 'WITH', 'VALUES', 'EXPLAIN', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE'],
  ...['CREATE', 'ALTER', 'DROP', 'REINDEX', 'ANALYZE'],
]);

interface Token {
  /** `skip`: white space and comments. `quoted`: what stands in quotes. */
  readonly is: 'skip' | 'quoted' | 'name' | 'cast' | 'other';
  readonly text: string;
}

/** Comments in PostgreSQL nest. Answers where the one that begins at `start` ends. */
const endOfComment = (text: string, start: number, nests: boolean): number => {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two === '/*' && (nests || depth === 0)) {
      depth++;
      at++;
    } else if (two === '*/') {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
};

const COMMON: readonly [Token['is'], RegExp][] = [
  ['skip', /\s+/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)/y],
  ['cast', /::/y],
  ['name', /:[A-Za-z_][A-Za-z0-9_]*/y],
];

const LEXICON: Readonly<Record<Engine, readonly [Token['is'], RegExp][]>> = {
  postgres: [
    ['skip', /--[^\n\r]*/y],
    // A backslash means something in E'…' only; a word may end in e, so it must stand alone.
    ['quoted', /(?<![A-Za-z0-9_$\u0080-\uffff])[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)/y],
    ['quoted', /'(?:[^']|'')*(?:'|$)/y],
    [
      'quoted',
      /(?<![A-Za-z0-9_$\u0080-\uffff])\$([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$[^]*?(?:\$\1\$|$)/y,
    ],
    ...COMMON,
  ],
  sqlite: [
    ['skip', /--[^\n]*/y],
    ['quoted', /'(?:[^']|'')*(?:'|$)/y],
    ['quoted', /`(?:[^`]|``)*(?:`|$)/y],
    ['quoted', /\[[^\]]*(?:\]|$)/y],
    ...COMMON,
  ],
};

function* tokensOf(text: string, engine: Engine): Generator<Token, void, void> {
  for (let at = 0; at < text.length;) {
    let token: Token | undefined;
    if (text.startsWith('/*', at)) {
      token = { is: 'skip', text: text.slice(at, endOfComment(text, at, engine === 'postgres')) };
    } else {
      for (const [is, pattern] of LEXICON[engine]) {
        pattern.lastIndex = at;
        const found = pattern.exec(text);
        if (!found) continue;
        token = { is, text: found[0] };
        break;
      }
    }
    token ??= { is: 'other', text: text.charAt(at) };
    at += token.text.length;
    yield token;
  }
}

/** The first word of a statement, in capitals; empty when it begins otherwise. */
export const verbOf = (text: string, engine: Engine): string => {
  let verb = '';
  for (const token of tokensOf(text, engine)) {
    if (token.is === 'skip' && verb === '') continue;
    if (token.is !== 'other' || !/[A-Za-z]/.test(token.text)) break;
    verb += token.text.toUpperCase();
  }
  return verb;
};

const refuse = (verb: string, engine: Engine): Error => {
  const what = verb === '' ? 'A statement that begins with no word' : `The statement ${verb}`;
  return fatal('statement_refused', `${what} is not for this task on ${engine}.`);
};

/** Throws `statement_refused`. Not what keeps data safe (that is the login), but what keeps transactions whole and files shut. */
export const checkVerb = (text: string, engine: Engine): void => {
  const verb = verbOf(text, engine);
  const isRefused = engine === 'sqlite' ? !ON_SQLITE.has(verb) : NOT_ON_POSTGRES.has(verb);
  if (isRefused) throw refuse(verb, engine);
};

const wrong = (message: string): Error => fatal('schema_mismatch', message);

/** Values in place of names: `:id` becomes `$1` or `?`. Nothing is ever written into the text. */
const bindNames = (text: string, params: JsonObject, engine: Engine): Bound => {
  const order: string[] = [];
  let bound = '';
  for (const token of tokensOf(text, engine)) {
    if (token.is !== 'name') {
      bound += token.text;
      continue;
    }
    const name = token.text.slice(1);
    if (!Object.hasOwn(params, name)) throw wrong(`The statement asks for :${name}, and \`params\` has none.`);
    if (engine === 'sqlite' || !order.includes(name)) order.push(name);
    bound += engine === 'sqlite' ? '?' : `$${order.indexOf(name) + 1}`;
  }
  const idle = Object.keys(params).find((name) => !order.includes(name));
  if (idle !== undefined) throw wrong(`\`params\` has "${idle}", and the statement does not ask for it.`);
  return { text: bound, values: order.map((name) => params[name] ?? null) };
};

/** A statement and its values as the engine takes them. */
export const bind = ({ statement, params = [] }: Given, engine: Engine): Bound => {
  checkVerb(statement, engine);
  if (Array.isArray(params)) return { text: statement, values: params as readonly Json[] };
  return bindNames(statement, params as JsonObject, engine);
};
