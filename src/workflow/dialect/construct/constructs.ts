import { fault, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { bodyOf, groupBody, OWN_WORK } from './nested-body.js';
import { listTasks } from '../task-list.js';
import type { Said } from '../task-words.js';
import type { Translation } from '../translation.js';
import { inputSaid, translateCondition, translateValue } from '../values.js';
import { eventOf, untilOf, withinOf } from './waits.js';

type Build = (translation: Translation) => JsonObject | undefined;

/** A construct that the task does not say enough for; where a component does every type of task it is one of those. */
const refuse = ({ words, faults, defaultComponent }: Translation, reason: string): JsonObject | undefined => {
  if (defaultComponent !== undefined) return undefined;
  const type = words.peek('type');
  faults.push(fault('dialect_unmapped', type === undefined ? words.task.where : words.at('type'), { reason }));
  return { type: 'core/noop' };
};

const natural = (said: Said | undefined, { faults }: Translation): number | undefined => {
  if (!said) return undefined;
  if (typeof said.value === 'number' && Number.isInteger(said.value) && said.value > 0) return said.value;
  faults.push(fault('wrong_type', said.where, { expected: 'a whole number above 0' }));
  return undefined;
};

const CONCURRENCY = ['concurrency', 'max_concurrency', 'max_parallel'];

/** What of the items may fail: `tolerate`, or upstream's policy for one item. */
const tolerated = ({ words, faults }: Translation): JsonObject => {
  const said = words.setting('tolerate', 'on_item_error', 'item_failure_policy');
  if (!said || said.value === 'fail') return {};
  if (said.field === 'tolerate') return { tolerate: said.value };
  if (said.value === 'continue' || said.value === 'skip') return { tolerate: '100%' };
  faults.push(fault('dialect_unmapped', said.where, { reason: 'an item that fails can fail the map, or be left out' }));
  return {};
};

const itemName = ({ words, faults }: Translation): string => {
  const said = words.setting('as', 'item_name', 'item_variable');
  if (!said) return 'item';
  if (typeof said.value === 'string' && /^[A-Za-z_]\w{0,127}$/.test(said.value)) return said.value;
  faults.push(fault('wrong_type', said.where, { expected: 'a name of letters, digits and _' }));
  return 'item';
};

const map: Build = (translation) => {
  const { words } = translation;
  const over = words.setting('over', 'items', 'collection');
  if (!over) return refuse(translation, 'a map says what it goes over: `items` or `collection`');
  return mapOver(translation, over, natural(words.setting(...CONCURRENCY), translation));
};

const mapOver = (translation: Translation, over: Said, concurrency: number | undefined): JsonObject | undefined => {
  const as = itemName(translation);
  const policy = tolerated(translation);
  const variables = new Map([...['item', as].map((name) => [name, as] as const), ['index', 'index'] as const]);
  const body = bodyOf(translation, variables);
  if (!body) return refuse(translation, 'a map says what is done with an item: `body`, `tasks`, or a component');
  const said = { over: translateValue(over.value, over.where, translation), as };
  return { map: { ...said, ...(concurrency !== undefined && { concurrency }), ...policy }, ...body };
};

const LOOP_VARIABLES = new Map([
  ['index', 'index'],
  ['iteration', 'index'],
  ['previous', 'previous'],
]);

const loop: Build = (translation) => {
  const { words } = translation;
  const items = words.setting('items', 'collection');
  if (items) return mapOver(translation, items, 1);
  const test = words.setting('while', 'until', 'count', 'times') ?? words.setting('condition');
  if (!test) return refuse(translation, 'a loop says how often: `while`, `until`, `count` or `items`');
  const max = natural(words.setting('max_iterations', 'maxIterations'), translation);
  const body = bodyOf(translation, LOOP_VARIABLES);
  if (!body) return refuse(translation, 'a loop says what is done: `body`, `tasks`, or a component');
  const isCounted = test.field === 'count' || test.field === 'times';
  const limit = max ?? (isCounted && typeof test.value === 'number' ? Math.max(1, test.value) : undefined);
  if (limit === undefined)
    translation.faults.push(fault('required_field', words.task.where, { field: 'max_iterations' }));
  const names = loopNames(translation);
  const inside = isCounted ? countOf(test, translation) : translateCondition(test, { ...translation, names });
  const word = test.field === 'until' ? 'until' : 'while';
  return { loop: { [word]: `\${${inside ?? 'false'}}`, max_iterations: limit ?? 1 }, ...body };
};

/** The condition of a loop sees its variables, not the tasks of its body. */
const loopNames = ({ names }: Translation): Translation['names'] => ({
  ...names,
  variable: (name) => LOOP_VARIABLES.get(name) ?? names.variable(name),
});

const countOf = (said: Said, translation: Translation): string | undefined => {
  if (typeof said.value === 'number') return `index < ${said.value}`;
  const count = typeof said.value === 'string' ? translateCondition(said, translation) : undefined;
  if (count === undefined) translation.faults.push(fault('wrong_type', said.where, { expected: 'a number of times' }));
  return `index < (${count ?? 0})`;
};

const NESTED = ['tasks', 'steps', 'body', 'do'];

const group: Build = (translation) => {
  const { words, task } = translation;
  const branches = words.peek('branches');
  const isNested = NESTED.some((field) => typeof words.peek(field) === 'object');
  const entries = typeof branches === 'object' ? Object.values(branches as JsonObject) : [];
  if (!isNested && !entries.some((entry) => Array.isArray(entry) || isWrittenOut(entry))) return undefined;
  const concurrency = natural(words.setting(...CONCURRENCY), translation);
  const body = groupBody(translation);
  if (!body) return refuse(translation, `"${task.original}" has no tasks`);
  return { ...body, ...(concurrency !== undefined && { concurrency }) };
};

/** A branch that is written out, not named. */
const isWrittenOut = (branch: Json): boolean =>
  isJsonObject(branch) && [...OWN_WORK, ...NESTED, 'switch'].some((field) => branch[field] !== undefined);

const wait: Build = (translation) => {
  const { words } = translation;
  words.hold('wait', 'wait_for');
  const before = translation.faults.length;
  const event = eventOf(translation);
  if (event) return event;
  const until = untilOf(translation);
  if (until || translation.faults.length > before) return { wait: until ?? {} };
  if (translation.defaultComponent !== undefined) return undefined;
  translation.faults.push(
    fault('dialect_unmapped', words.at(words.peek('wait_for') === undefined ? 'type' : 'wait_for'), {
      reason: 'it waits for something other than a time, a length of time, an event or a change of state',
    }),
  );
  return { type: 'core/noop' };
};

const event: Build = (translation) => {
  translation.words.hold('event');
  return eventOf(translation) ?? refuse(translation, 'an event task says which: `event`, `event_name` or `event_type`');
};

const webhook: Build = (translation) => {
  const { words } = translation;
  words.hold('webhook');
  const url = words.setting('url');
  if (!url) {
    if (words.peek('component') !== undefined)
      return refuse(translation, 'a webhook calls a `url`, or waits to be called and has no component');
    return { webhook: withinOf(translation) };
  }
  const around = [url, words.setting('method'), words.setting('headers')];
  const body = words.setting('body', 'payload', 'payload_template') ?? inputSaid(translation);
  const read = [...around, body && { ...body, field: 'body' }]
    .filter((said) => said !== undefined)
    .map(({ field, value, where }) => [field, translateValue(value, where, translation)] as const);
  return { type: 'http/request', input: { method: 'POST', ...Object.fromEntries(read) } };
};

const approval: Build = (translation) => {
  const { words, names, faults } = translation;
  words.hold('approval');
  const by = words.setting('by', 'approvers', 'approver', 'approver_role', 'assignee', 'assignees');
  const message = words.setting('message', 'title', 'prompt');
  const then = words.setting('on_timeout');
  const people = by && translateValue(Array.isArray(by.value) ? by.value : [by.value], by.where, { names, faults });
  return {
    approval: {
      ...(people !== undefined && { by: people }),
      ...withinOf(translation),
      ...(then && { on_timeout: then.value }),
      ...(message && { message: translateValue(message.value, message.where, { names, faults }) }),
    },
  };
};

const subworkflow: Build = (translation) => {
  const { words, names, faults } = translation;
  words.hold('workflow');
  const called = words.textSetting('workflow', 'workflow_name', 'workflow_id') ?? words.held('name');
  if (typeof called?.value !== 'string') return refuse(translation, 'it says in `workflow` which workflow is run');
  const version = words.setting('version');
  const waits = words.setting('wait');
  const said = words.held('input') ?? inputSaid(translation);
  return {
    workflow: {
      name: called.value,
      ...(version && { version: version.value }),
      ...(said && { input: translateValue(said.value, said.where, { names, faults }) }),
      ...(waits && { wait: waits.value }),
    },
  };
};

/** A task of upstream's own kind is a plugin's task here. */
const custom: Build = ({ words, faults, defaultComponent }) => {
  const named = words.setting('handler', 'plugin', 'custom_type');
  if (!named) {
    const isDone =
      defaultComponent !== undefined || ['component', 'tool'].some((field) => words.peek(field) !== undefined);
    if (isDone) return undefined;
    const reason = 'a custom task names its plugin type: `handler: plugin/task`';
    faults.push(fault('dialect_unmapped', words.at('type'), { reason }));
    return { type: 'core/noop' };
  }
  if (typeof named.value === 'string' && named.value !== '')
    return { type: named.value.includes('/') ? named.value : `custom/${named.value}` };
  faults.push(fault('wrong_type', named.where, { expected: 'a task type, plugin/task' }));
  return { type: 'core/noop' };
};

/** Bodies that only the canonical form has, in a document that is foreign otherwise. */
const bodies: Build = ({ words, names, faults, body }) => {
  const read = ['try', 'catch', 'finally', 'race'].flatMap((field) => {
    const said = words.take(field);
    return said ? [[field, body({ tasks: listTasks(said.value, said.where, { faults }) })] as const] : [];
  });
  const output = words.take('output');
  const reading = { names: read[0]?.[1].names ?? names, faults };
  return {
    ...Object.fromEntries(read.map(([field, { tasks }]) => [field, tasks])),
    ...(output && { output: translateValue(output.value, output.where, reading) }),
  };
};

const BUILDERS: ReadonlyMap<string, Build> = new Map([
  ['map', map],
  ['loop', loop],
  ['parallel', group],
  ['fork', group],
  ['group', group],
  ['wait', wait],
  ['event', event],
  ['webhook', webhook],
  ['approval', approval],
  ['subworkflow', subworkflow],
  ['sub_workflow', subworkflow],
  ['custom', custom],
  ['try', bodies],
  ['race', bodies],
]);

/** The constructs that a task may be written as without a type: the canonical way. */
const WORDS: readonly (readonly [string, string])[] = [
  ...(['map', 'loop', 'try', 'race', 'wait', 'event', 'approval', 'webhook'] as const).map(
    (word) => [word, word] as const,
  ),
  ['workflow', 'subworkflow'],
  ['tasks', 'group'],
];

/** The construct that a task says to be, canonical; undefined when it is none of them. */
export const constructOf = (translation: Translation): JsonObject | undefined => {
  const { words } = translation;
  const type = words.peek('type');
  const written = type === undefined ? WORDS.find(([word]) => isJsonObject(words.peek(word))) : undefined;
  const name = written?.[1] ?? (typeof type === 'string' ? type : '');
  if (name === 'map' || name === 'loop') words.hold(name);
  const built = BUILDERS.get(name)?.(translation);
  if (built && type !== undefined) words.take('type');
  return built;
};
