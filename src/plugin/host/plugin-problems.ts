import { isJsonObject, type Json } from '../../kernel/index.js';
import { retryPolicyFaults } from '../../retry-policy/index.js';
import { CREDENTIAL_TYPES, isPlugin, type Effects } from '../contract/index.js';
import { PLUGIN_ID } from '../contract/plugin.js';
import { TASK_ID } from '../contract/task.js';

const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];
/** s, as for `timeout` and `heartbeat` of a task in a workflow. */
const SECONDS = { min: 0.001, max: 31_536_000 };
const LONGEST_TITLE = 80;
/** Characters of the `data:` URL of an image of 32 KiB. */
const LARGEST_ICON = 45_000;
const ICON = /^data:image\/(svg\+xml|png)[;,]/;
/** An emoji is several characters when it is put together. */
const LONGEST_EMOJI = 16;
const SLOT = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const COMPENSATION = /^(\.|[a-z][a-z0-9-]{0,63})\/[a-z][a-z0-9_-]{0,63}$/;

type Fields = Readonly<Record<string, unknown>>;
type Problems = Generator<string, void, void>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? value : {}) as Fields;

/** What tasks and triggers say for people to read. */
function* wordProblems({ title, description, icon }: Fields): Problems {
  if (typeof description !== 'string') yield 'has no `description`';
  const isTitle = typeof title === 'string' && title !== '' && title.length <= LONGEST_TITLE;
  if (title !== undefined && !isTitle) yield `must have a \`title\` of 1 to ${LONGEST_TITLE} characters`;
  if (icon === undefined) return;
  const isImage = typeof icon === 'string' && ICON.test(icon) && icon.length <= LARGEST_ICON;
  const isEmoji = typeof icon === 'string' && /\p{Extended_Pictographic}/u.test(icon) && icon.length <= LONGEST_EMOJI;
  if (!isImage && !isEmoji) yield 'must have as `icon` one emoji, or the data: URL of an SVG or PNG image of 32 KiB';
}

function* secondsProblems(fields: Fields, name: string): Problems {
  const value = fields[name];
  if (value === undefined || (typeof value === 'number' && value >= SECONDS.min && value <= SECONDS.max)) return;
  yield `must have a \`${name}\` from ${SECONDS.min} to ${SECONDS.max} seconds`;
}

function* schemaProblems(fields: Fields, names: readonly string[]): Problems {
  for (const name of names) {
    if (fields[name] !== undefined && !isJsonObject(fields[name])) yield `must have an object as \`${name}\``;
  }
}

function* credentialProblems({ credentials }: Fields): Problems {
  if (credentials === undefined) return;
  if (!isJsonObject(credentials)) return yield 'must have an object as `credentials`';
  for (const [slot, place] of Object.entries(credentials)) {
    if (!SLOT.test(slot)) yield `has a place "${slot}" for credentials, which must match ${SLOT.source}`;
    const { types, optional } = fieldsOf(place);
    const isKnown = (type: unknown): boolean => CREDENTIAL_TYPES.some((known) => known === type);
    if (!Array.isArray(types) || types.length === 0 || !types.every(isKnown))
      yield `must have as types of \`credentials.${slot}\` some of ${CREDENTIAL_TYPES.join(', ')}`;
    if (optional !== undefined && typeof optional !== 'boolean')
      yield `must have true or false as \`credentials.${slot}.optional\``;
  }
}

function* compensationProblems({ compensate }: Fields): Problems {
  if (compensate === undefined) return;
  const { type, input } = fieldsOf(compensate);
  if (typeof type !== 'string' || !COMPENSATION.test(type))
    yield 'must have as `compensate.type` a task type such as ./cancel or travel/cancel';
  if (input !== undefined && !isJsonObject(input)) yield 'must have an object as `compensate.input`';
}

function* taskProblems(task: Fields): Problems {
  const { effects, retry, run } = task;
  if (typeof run !== 'function') yield 'has no function `run`';
  yield* wordProblems(task);
  if (!EFFECTS.some((known) => known === effects)) yield `must have \`effects\` of ${EFFECTS.join(', ')}`;
  yield* schemaProblems(task, ['input', 'output', 'config']);
  yield* credentialProblems(task);
  yield* secondsProblems(task, 'timeout');
  yield* secondsProblems(task, 'heartbeat');
  yield* compensationProblems(task);
  if (retry !== undefined)
    for (const { pointer, message } of retryPolicyFaults(retry as Json, '/retry')) yield `${pointer}: ${message}`;
}

function* triggerProblems(trigger: Fields): Problems {
  if (typeof trigger.run !== 'function') yield 'has no function `run`';
  yield* wordProblems(trigger);
  yield* schemaProblems(trigger, ['params', 'payload']);
  yield* credentialProblems(trigger);
}

/** Of a list of tasks or triggers: their ids, and what each of them says. */
function* partProblems(kind: string, parts: unknown, problemsIn: (part: Fields) => Problems): Problems {
  if (!Array.isArray(parts)) return yield `its ${kind}s are no list`;
  const seen = new Set<unknown>();
  for (const part of parts as unknown[]) {
    const fields = fieldsOf(part);
    const id = String(fields.id);
    if (typeof fields.id !== 'string' || !TASK_ID.test(id)) yield `the ${kind} id "${id}" must match ${TASK_ID.source}`;
    else if (seen.has(id)) yield `it has two ${kind}s "${id}"`;
    seen.add(id);
    for (const problem of problemsIn(fields)) yield `its ${kind} "${id}" ${problem.replace(/\.$/, '')}`;
  }
}

function* pluginProblems(plugin: unknown): Problems {
  if (!isPlugin(plugin)) return yield 'it was not made by definePlugin';
  const { id, tasks, triggers = [], templates = [], config, start, stop } = plugin as unknown as Fields;
  if (typeof id !== 'string' || !PLUGIN_ID.test(id)) yield `the id "${String(id)}" must match ${PLUGIN_ID.source}`;
  yield* partProblems('task', tasks, taskProblems);
  yield* partProblems('trigger', triggers, triggerProblems);
  if (!Array.isArray(templates) || !templates.every(isJsonObject)) yield 'its templates are no list of objects';
  if (config !== undefined && !isJsonObject(config)) yield 'its `config` is no object';
  for (const [name, hook] of Object.entries({ start, stop })) {
    if (hook !== undefined && typeof hook !== 'function') yield `its \`${name}\` is no function`;
  }
}

/**
 * Everything that is wrong with what the code of a plugin made. `definePlugin` of another version, or hands, may have
 * made it: nothing is taken for granted.
 */
export const problemsOf = (plugin: unknown): readonly string[] => {
  try {
    return [...pluginProblems(plugin)];
  } catch {
    return ['it cannot be read'];
  }
};
