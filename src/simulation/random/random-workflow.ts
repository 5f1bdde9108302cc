import { Chance, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { Comparing } from '../run-schedule.js';
import { tasksByPattern } from '../../engine/core/index.js';
import type { ScriptedAttempt, ScriptedTask, TaskResults } from '../script/task-results.js';
import { fieldsOf, type Here, type Member, type Mood } from './random-member.js';
import { randomWork } from './random-work.js';

/** A workflow, the world around it, and whether its tasks alone decide what it comes to. */
export interface RandomWorkflow {
  readonly document: JsonObject;
  /** Those that it may run. */
  readonly workflows: readonly JsonObject[];
  /** What executions may migrate to. */
  readonly next: JsonObject;
  readonly results: TaskResults;
  readonly compares: Comparing;
}

/** The one task type that random workflows use; its tasks give their input, unless the results say otherwise. */
export const RANDOM_TASK_TYPE = 'test/task';

/** The input of every execution of a random workflow. */
export const RANDOM_INPUT: JsonObject = { yes: true, no: false, items: [1, 2] };

/** Tasks of one workflow, those in bodies included, as far as each body has at least one. */
const MOST_TASKS = 5;
const MOST_IN_BODY = 2;

/** What a task may have whatever its work is. */
const TRAITS: readonly Member[] = [
  { odds: 15, fields: ({ chance }) => ({ when: chance.happens(0.7) ? '${input.yes}' : '${input.no}' }) },
  {
    odds: 20,
    mood: 'wild',
    fields: ({ chance, needs }) =>
      needs.length < 2 ? undefined : { join: chance.happens(0.7) ? 'any' : 1 + chance.below(needs.length) },
  },
  { odds: 20, fields: () => ({ on_error: 'continue' }) },
  {
    odds: 15,
    fields: ({ chance, later }) => (later.length > 0 ? { on_error: { goto: chance.pick(later) } } : undefined),
  },
  // Which failure of a construct counts may depend on the order.
  { odds: 15, mood: 'wild', fields: (here) => byClass(here) },
  { odds: 20, fields: () => ({ set: { n: '${state.n + 1}' } }) },
  { odds: 20, fields: ({ chance }) => ({ priority: chance.below(3) }) },
];

const byClass = ({ chance, later }: Here): JsonObject => {
  const remedy: JsonObject = later.length > 0 ? { goto: chance.pick(later) } : { then: 'continue' };
  const handlers: JsonObject[] = [
    { class: ['broken_0', 'timeout'], ...remedy },
    { class: 'fatal', then: 'continue' },
    { then: chance.happens(0.5) ? 'fail' : 'continue' },
  ];
  return { on_error: handlers };
};

/** What a plain task may have. */
const TASK_TRAITS: readonly Member[] = [
  {
    odds: 50,
    fields: ({ chance }) => ({
      retry_policy: { max_retries: chance.below(4), initial_delay: chance.pick([0, 1, 2]), jitter: 0.5 },
    }),
  },
  { odds: 15, fields: (here) => byClass(here) },
  // So long that nothing but a task that hangs comes near it.
  { odds: 20, fields: () => ({ timeout: 1000 }) },
  { odds: 10, mood: 'wild', fields: () => ({ timeout: 2 }) },
  { odds: 15, mood: 'wild', fields: () => ({ on_lost: 'fail' }) },
  { odds: 10, fields: ({ mood }) => ({ heartbeat: mood === 'wild' ? 2 : 500 }) },
  { odds: 15, fields: ({ id }) => ({ compensate: { type: RANDOM_TASK_TYPE, input: { undo: id, of: '${output}' } } }) },
  { odds: 15, mood: 'wild', fields: ({ chance, id }) => ({ cache: { key: id, ttl: chance.pick([1, 100]) } }) },
  { odds: 12, fields: ({ chance }) => ({ concurrency_key: chance.pick(['a', '${input.yes}']), ...limit(chance) }) },
  {
    odds: 60,
    fields: ({ chance, needs }) =>
      needs.length > 0 ? { input: { from: `\${tasks.${chance.pick(needs)}.output}` } } : undefined,
  },
];

const limit = (chance: Chance): JsonObject => {
  const rate = { rate: { count: 1 + chance.below(2), per: 2 } };
  const concurrency = { concurrency: 1 + chance.below(2) };
  return chance.pick<JsonObject>([{}, rate, concurrency, { ...rate, ...concurrency }]);
};

interface Around {
  readonly chance: Chance;
  readonly mood: Mood;
  readonly depth: number;
  readonly child: string | undefined;
  readonly budget: { left: number };
}

const randomTask = (here: Here): JsonObject => {
  const { needs } = here;
  const shared = { ...(needs.length > 0 && { depends_on: needs }), ...fieldsOf(TRAITS, here) };
  const work = randomWork(here);
  if (work) return { ...shared, ...work };
  return { type: RANDOM_TASK_TYPE, input: { id: here.id }, ...shared, ...fieldsOf(TASK_TRAITS, here) };
};

/** The tasks of one scope. Ids are unique in the whole document, so that an address is told by its last part. */
const randomTasks = (around: Around, prefix: string, most: number): JsonObject => {
  const { chance, budget, depth } = around;
  const count = 1 + chance.below(Math.max(1, Math.min(most, budget.left)));
  budget.left -= count;
  const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const tasks = ids.map((id, index): [string, JsonObject] => {
    const before = ids.slice(0, index);
    const needs = before.filter(() => chance.happens(Math.min(0.6, 1.5 / before.length)));
    const body = (name: string): JsonObject =>
      randomTasks({ ...around, depth: depth + 1 }, `${id}${name}`, MOST_IN_BODY);
    return [id, randomTask({ ...around, id, needs, later: ids.slice(index + 1), body })];
  });
  return Object.fromEntries(tasks.map(([id, task]) => [id, withinReach(id, task, tasks)]));
};

/** Who may choose a task is no predecessor that its join could count. */
const withinReach = (id: string, task: JsonObject, all: readonly (readonly [string, JsonObject])[]): JsonObject => {
  const { join, ...rest } = task;
  if (join === undefined) return task;
  const chooses = new Set(
    all.filter(([, other]) => JSON.stringify(other).includes(`"goto":"${id}"`)).map(([name]) => name),
  );
  const counted = ((task.depends_on ?? []) as readonly string[]).filter((need) => !chooses.has(need)).length;
  return counted >= (join === 'any' ? 1 : (join as number)) ? task : rest;
};

const randomResults = (
  documents: readonly JsonObject[],
  { chance, mood }: Pick<Around, 'chance' | 'mood'>,
): TaskResults => {
  const scripts = documents
    .flatMap((document) => [...tasksByPattern(document)])
    .map(
      ([at, task]) => [at, answerTo(at, task, { chance, mood }) ?? randomScript(at, task, { chance, mood })] as const,
    );
  return { steps: Object.fromEntries(scripts) };
};

type Rolling = Pick<Around, 'chance' | 'mood'>;

/** What comes from outside for a step that waits for it; undefined: it waits for nothing of the kind. */
const answerTo = (at: string, task: JsonObject, { chance, mood }: Rolling): ScriptedTask | undefined => {
  const answer = answerOf(at, task, chance);
  if (answer === undefined) return undefined;
  const seconds = chance.pick([0, 1, [0, 3]] as const);
  return mood === 'wild' && chance.happens(0.2) ? { hangs: true } : { output: answer, seconds };
};

const answerOf = (at: string, task: JsonObject, chance: Chance): Json | undefined => {
  if (isJsonObject(task.event)) return { of: at.split('/').at(-1) as string };
  if (task.approval) return { approved: chance.happens(0.7), by: 'ops' };
  return task.webhook ? { called: at } : undefined;
};

const randomScript = (at: string, { timeout, heartbeat }: JsonObject, { chance, mood }: Rolling): ScriptedTask => {
  const seconds = chance.pick([0, 0, 1, [0, 1], [0, 3]] as const);
  const roll = chance.below(mood === 'calm' ? 30 : 10);
  const ends = timeout !== undefined || heartbeat !== undefined;
  const failure = (attempt: number): ScriptedAttempt =>
    ends && chance.happens(0.5) ? { hangs: true } : { failure: { code: `broken_${attempt}` } };
  if (roll === 0) return { seconds, failure: { kind: 'fatal', code: 'broken' } };
  if (roll > 4) return { seconds };
  const failures = Array.from({ length: 1 + chance.below(3) }, (_, attempt) => failure(attempt));
  return { seconds, attempts: [...failures, { output: { at, after: failures.length } }] };
};

const NOTICES: readonly Member[] = [
  { odds: 15, fields: () => ({ on_complete: { type: RANDOM_TASK_TYPE, input: { told: '${output}' } } }) },
  { odds: 20, fields: () => ({ on_failure: { type: RANDOM_TASK_TYPE, input: { told: '${error.code}' } } }) },
  { odds: 15, fields: ({ chance }) => ({ concurrency: 1 + chance.below(2) }) },
  { odds: 20, mood: 'wild', fields: () => ({ fail_fast: true }) },
  { odds: 15, mood: 'wild', fields: () => ({ timeout: 4 }) },
  { odds: 50, fields: () => ({ output: { n: '${state.n}' } }) },
];

const randomDocument = (name: string, around: Around, prefix: string): JsonObject => {
  const tasks = randomTasks(around, prefix, MOST_TASKS);
  const here = { ...around, id: '', needs: [], later: [], body: () => ({}) };
  return { name, state: { n: 0 }, ...fieldsOf(NOTICES, here), tasks };
};

/** The same workflow with a task more, and others that say something else. */
const nextVersion = (document: JsonObject, chance: Chance): JsonObject => {
  const tasks = Object.entries(document.tasks as JsonObject).map(([id, task]): [string, Json] => {
    if (!isJsonObject(task) || task.type === undefined || !chance.happens(0.3)) return [id, task];
    return [id, { ...task, priority: 5, retry_policy: { max_retries: 1, initial_delay: 1, jitter: 0 } }];
  });
  const needs = tasks.map(([id]) => id).filter(() => chance.happens(0.3));
  const more = { type: RANDOM_TASK_TYPE, input: { id: 'more' }, ...(needs.length > 0 && { depends_on: needs }) };
  return { ...document, version: '2.0.0', tasks: { ...Object.fromEntries(tasks), more } };
};

const COMPARES: Readonly<Record<Mood, Comparing>> = { free: 'always', calm: 'unless-failed', wild: 'never' };

/** A workflow by chance; it is always valid. */
export const randomWorkflow = (seed: number): RandomWorkflow => {
  const chance = new Chance(seed, 'workflow');
  const mood = chance.pick(['free', 'calm', 'wild'] as const);
  const shared = { chance, mood, depth: 0 };
  const child = chance.happens(0.5) ? `child-${seed}` : undefined;
  const document = randomDocument(`random-${seed}`, { ...shared, child, budget: { left: MOST_TASKS } }, 't');
  const isRun = child !== undefined && JSON.stringify(document).includes(`"${child}"`);
  const workflows = isRun
    ? [randomDocument(child, { ...shared, depth: 1, child: undefined, budget: { left: 3 } }, 'c')]
    : [];
  const next = nextVersion(document, chance);
  return {
    document,
    workflows,
    next,
    results: randomResults([document, ...workflows], shared),
    compares: COMPARES[mood],
  };
};
