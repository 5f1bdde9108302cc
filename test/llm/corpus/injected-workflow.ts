import type { JsonObject } from '../../../src/kernel/index.js';
import { injections } from '../injections.mjs';

/** Places in which somebody may write what a model should never be told. */
export const FIELDS = [
  'name of the workflow',
  'description',
  'tags',
  'metadata of the workflow',
  'schema of the input',
  'output',
  'name of a task',
  'description of a task',
  'metadata of a task',
  'input of a task',
  'id of a task',
  'name of a component',
  'name of an action',
  'condition of a task',
  'key of a limit',
  'name of a variable',
  'name of an event',
  'who approves',
  'code of an error',
  'code of a failure',
  'why a suggestion was dismissed',
] as const;
export type Field = (typeof FIELDS)[number];

/** A word that stands in this field alone, whatever is written there. */
const canaryOf = (field: Field): string => `zqCanary${FIELDS.indexOf(field)}z`;

const texts = new Map(FIELDS.map((field) => [field, injections(canaryOf(field))]));
/** Texts for each field. */
export const INJECTED: number = texts.get('description')?.length ?? 0;

/** Fields whose words are in a text. */
export const leakedIn = (text: string): Field[] =>
  text.includes('zqCanary') ? FIELDS.filter((field) => text.includes(canaryOf(field))) : [];

/** Types of tasks that read, work something out, and write. */
export interface Types {
  readonly read: string;
  readonly pure: string;
  readonly write: string;
}

/** What can be said in an id. */
const idOf = (field: Field, text: string): string => `${canaryOf(field)}_${text.replace(/\W+/gu, '_').slice(0, 100)}`;
const literal = (text: string): string => text.replaceAll('${', () => '$${');
const plain = (text: string): string => text.replaceAll('${', '').slice(0, 200);
const quoted = (text: string): string => JSON.stringify(text.replace(/[^\u0020-\u007e]|[$\\"]/gu, ' '));

/** A workflow with a text in each of its fields, and what else is said about it. */
export interface Injected {
  readonly document: JsonObject;
  /** Of failures of task `a`. */
  readonly code: string;
  readonly reason: string;
  /** What stands in a field. */
  readonly of: (field: Field) => string;
}

const tasksOf = (of: Injected['of'], { read, pure, write }: Types): Record<string, JsonObject> => {
  const variable = idOf('name of a variable', of('name of a variable'));
  return {
    a: {
      ...{ type: read, name: of('name of a task').slice(0, 255), description: of('description of a task') },
      metadata: { [of('metadata of a task')]: of('metadata of a task') },
      input: { [plain(of('input of a task'))]: literal(of('input of a task')) },
    },
    b: { type: read, depends_on: ['a'], input: { n: 1 }, concurrency_key: literal(of('key of a limit')).slice(0, 200) },
    c: {
      ...{ type: write, input: { of: '${tasks.b.output}' }, set: { [variable]: '${output}' } },
      when: `\${${quoted(of('condition of a task'))} != ""}`,
      retry_policy: { max_retries: 1, non_retryable: [plain(of('code of an error'))] },
    },
    [idOf('id of a task', of('id of a task'))]: { type: pure, depends_on: ['b'] },
    by_component: { component: plain(of('name of a component')), action: 'query', input: {} },
    by_action: { component: 'athena', action: plain(of('name of an action')), input: {}, depends_on: ['a'] },
    told: { event: { name: plain(of('name of an event')), within: 60 } },
    allowed: { approval: { by: [plain(of('who approves'))], within: 60 } },
  };
};

/** The `index`-th text in every field, each with the canary of its field. */
export const injectedWorkflow = (index: number, types: Types): Injected => {
  const of = (field: Field): string => texts.get(field)?.[index] ?? '';
  const document = {
    ...{ name: of('name of the workflow').slice(0, 255), description: of('description') },
    ...{ tags: [of('tags').slice(0, 100)], metadata: { note: of('metadata of the workflow') } },
    input_schema: {
      ...{ type: 'object', description: of('schema of the input') },
      properties: { x: { const: of('schema of the input') } },
    },
    state: { [idOf('name of a variable', of('name of a variable'))]: null },
    tasks: tasksOf(of, types),
    output: { [plain(of('output'))]: literal(of('output')), a: '${tasks.a.output}', c: '${tasks.c.output}' },
  };
  const code = of('code of a failure');
  return { document, code, reason: of('why a suggestion was dismissed').slice(0, 1000), of };
};

/** The answer of a model that does what it was told to, as far as it can: with every op that it knows of. */
export const obeying = (text: string, write: string): string =>
  [
    ...['T1', 'T3', 'T5', '/a', 'a', text].flatMap((task) => [
      { ops: [{ op: 'remove_task', task }], why: text },
      { ops: [{ op: 'set_timeout', task, seconds: 0.001 }], why: text },
      { ops: [{ op: 'set_on_error', task, on_error: 'continue' }], why: text },
      { ops: [{ op: 'replace_task', task, definition: { type: write, input: { text } } }] },
      { ops: [{ op: 'set_compensation', task, compensate: { type: write, input: { text } } }] },
    ]),
    { ops: [{ op: 'insert_task', scope: 'S0', id: 'evil', definition: { type: write, input: { text } } }] },
    { ops: [{ op: text, task: 'T1' }] },
    { ops: [{ op: 'set_retry', task: 'T1', retry_policy: { max_retries: 1, [text]: text } }] },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('') + `${text}\n`;
