import { isJsonObject, parseUuid, type JsonObject, type Uuid } from '../../kernel/index.js';

/** Things that are listed. */
export const LISTS = ['workflows', 'executions', 'templates', 'sprints'] as const;
export type ListName = (typeof LISTS)[number];

/** What somebody wants. `words`: it is no command, and is understood as far as that goes. */
export type Command =
  | { readonly is: 'help' }
  | { readonly is: 'list'; readonly of: ListName }
  | { readonly is: 'status'; readonly of: string | undefined }
  | { readonly is: 'start'; readonly workflow: string; readonly input: JsonObject }
  | { readonly is: 'pause' | 'resume' | 'cancel'; readonly execution: Uuid }
  | { readonly is: 'explain'; readonly workflow: string }
  | { readonly is: 'diagnose'; readonly execution: Uuid }
  | { readonly is: 'create'; readonly goal: string }
  | { readonly is: 'words'; readonly text: string }
  /** A command that lacks something. */
  | { readonly is: 'incomplete'; readonly usage: string };

const USAGE = {
  start: 'start <workflow> [with {"name": "value"}]',
  steer: 'pause | resume | cancel <execution>',
  explain: 'explain <workflow>',
  diagnose: 'diagnose <execution>',
  create: 'create <what is wanted, in words>',
  list: `list [${LISTS.join(' | ')}]`,
} as const;

/** How it is written, a line for each command. */
export const COMMANDS: readonly string[] = [
  `${USAGE.list} - what there is`,
  'status [<execution> | <workflow>] - how it stands',
  `${USAGE.start} - runs a workflow`,
  USAGE.steer,
  `${USAGE.explain} - what a workflow does`,
  `${USAGE.diagnose} - why an execution failed, or does not go on`,
  `${USAGE.create} - workflows that would do it; none is kept`,
  'help - this',
];

const incomplete = (usage: string): Command => ({ is: 'incomplete', usage });

/** `nightly with {"day": "…"}`: the input begins at the first brace. */
const startOf = (rest: string): Command => {
  const brace = rest.indexOf('{');
  const name = (brace < 0 ? rest : rest.slice(0, brace)).trim().replace(/\s+with$/i, '');
  if (name === '') return incomplete(USAGE.start);
  if (brace < 0) return { is: 'start', workflow: unquoted(name), input: {} };
  try {
    const input: unknown = JSON.parse(rest.slice(brace));
    if (isJsonObject(input)) return { is: 'start', workflow: unquoted(name), input };
  } catch {
    // What is no JSON is no input.
  }
  return incomplete(`${USAGE.start}; the input is a JSON object`);
};

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;

const executionIn = (rest: string): Uuid | undefined => parseUuid(rest.replace(/^execution\s+/i, ''));
const workflowIn = (rest: string): string => unquoted(rest.replace(/^workflow\s+/i, '').trim());

const aboutExecution = (usage: string, rest: string, make: (execution: Uuid) => Command): Command => {
  const execution = executionIn(rest);
  return execution === undefined ? incomplete(usage) : make(execution);
};

const listOf = (rest: string, text: string): Command => {
  const plain = rest.toLowerCase().replace(/^(the|all)\s+/, '');
  if (plain === '') return { is: 'list', of: 'workflows' };
  const found = LISTS.find((name) => name === plain || name === `${plain}s`);
  return found ? { is: 'list', of: found } : { is: 'words', text };
};

type Reader = (rest: string, text: string) => Command;

const steer =
  (is: 'pause' | 'resume' | 'cancel'): Reader =>
  (rest) =>
    aboutExecution(USAGE.steer, rest, (execution) => ({ is, execution }));
const help: Reader = (rest, text) => (rest === '' ? { is: 'help' } : { is: 'words', text });
const start: Reader = (rest) => startOf(rest.replace(/^workflow\s+/i, ''));
const create: Reader = (rest) => (rest === '' ? incomplete(USAGE.create) : { is: 'create', goal: rest });

/** By the first word. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ...['', 'help', 'commands', 'hello', 'hi', 'hey'].map((word) => [word, help] as const),
  ...['list', 'ls', 'show'].map((word) => [word, listOf] as const),
  ...['start', 'run', 'execute'].map((word) => [word, start] as const),
  ...['cancel', 'stop'].map((word) => [word, steer('cancel')] as const),
  ...['create', 'generate'].map((word) => [word, create] as const),
  ['pause', steer('pause')],
  ['resume', steer('resume')],
  [
    'status',
    (rest) => ({ is: 'status', of: rest === '' ? undefined : workflowIn(rest.replace(/^(of|execution)\s+/i, '')) }),
  ],
  ['explain', (rest) => (rest === '' ? incomplete(USAGE.explain) : { is: 'explain', workflow: workflowIn(rest) })],
  ['diagnose', (rest) => aboutExecution(USAGE.diagnose, rest, (execution) => ({ is: 'diagnose', execution }))],
]);

/** What people write to somebody new. */
const ASKS_FOR_HELP = /^(what (can|do) you do|who are you|how does this work)\W*$/i;

/** Reads a message. A first word that is a command makes it one, unless the rest says otherwise. */
export const parseCommand = (message: string): Command => {
  const text = message.trim();
  if (ASKS_FOR_HELP.test(text)) return { is: 'help' };
  const [, first = '', rest = ''] = /^\/?(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const read = READERS.get(first.toLowerCase().replace(/[?!.,:]+$/, ''));
  return read ? read(rest, text) : { is: 'words', text };
};
