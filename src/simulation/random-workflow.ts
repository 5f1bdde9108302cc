import type { JsonObject } from '../kernel/index.js';
import { Chance } from './chance.js';
import { tasksByPattern } from './task-patterns.js';
import type { ScriptedAttempt, ScriptedTask, TaskResults } from './script/task-results.js';

/** A workflow, what its tasks give, and whether that alone decides what it comes to. */
export interface RandomWorkflow {
  readonly document: JsonObject;
  readonly results: TaskResults;
  /** The order of things, crashes and time change nothing of its result. */
  readonly isOrderFree: boolean;
}

/** The one task type that random workflows use; its tasks give their input, unless the results say otherwise. */
export const RANDOM_TASK_TYPE = 'test/task';

/** Where a task of a random workflow stands. */
interface Here {
  readonly chance: Chance;
  readonly id: string;
  /** Tasks of the same scope that it depends on, and those that come later: edges go forward only. */
  readonly needs: readonly string[];
  readonly later: readonly string[];
  /** Levels of bodies around it; a member that has a body of its own makes it one deeper. */
  readonly depth: number;
  readonly isOrderFree: boolean;
}

/** Something that a task may be, or have. Undefined: not here. */
interface Member {
  /** Of 100. */
  readonly odds: number;
  /** Time or order decides what comes of it. */
  readonly decides?: boolean;
  readonly fields: (here: Here) => JsonObject | undefined;
}

const MOST_TASKS = 8;

/** What the work of a task may be besides a plain task: the first that comes about. Constructs with bodies call `randomTasks`. */
const WORK: readonly Member[] = [
  {
    odds: 15,
    fields: ({ chance, later }) => {
      if (later.length === 0) return undefined;
      const first = chance.pick(later);
      const rest = chance.happens(0.6) ? [{ goto: chance.pick(later) }] : [];
      return { switch: [{ when: chance.happens(0.5) ? '${input.yes}' : '${input.no}', goto: first }, ...rest] };
    },
  },
];

/** What a task may have whatever its work is. */
const TRAITS: readonly Member[] = [
  { odds: 15, fields: ({ chance }) => ({ when: chance.happens(0.7) ? '${input.yes}' : '${input.no}' }) },
  {
    odds: 20,
    decides: true,
    fields: ({ chance, needs }) =>
      needs.length < 2 ? undefined : { join: chance.happens(0.7) ? 'any' : 1 + chance.below(needs.length) },
  },
];

/** What a plain task may have. */
const TASK_TRAITS: readonly Member[] = [
  { odds: 20, fields: () => ({ on_error: 'continue' }) },
  {
    odds: 20,
    fields: ({ chance, later }) => (later.length > 0 ? { on_error: { goto: chance.pick(later) } } : undefined),
  },
  {
    odds: 50,
    fields: ({ chance }) => ({
      retry_policy: { max_retries: chance.below(4), initial_delay: chance.pick([0, 1, 2]), jitter: 0.5 },
    }),
  },
  // So long that nothing but a task that hangs comes near it.
  { odds: 20, fields: () => ({ timeout: 1000 }) },
  { odds: 10, decides: true, fields: () => ({ timeout: 2 }) },
  { odds: 15, decides: true, fields: () => ({ on_lost: 'fail' }) },
  { odds: 20, fields: ({ chance }) => ({ priority: chance.below(3) }) },
  {
    odds: 60,
    fields: ({ chance, needs }) =>
      needs.length > 0 ? { input: { from: `\${tasks.${chance.pick(needs)}.output}` } } : undefined,
  },
];

const fieldsOf = (members: readonly Member[], here: Here): JsonObject =>
  Object.assign(
    {},
    ...members.map((member) => (comesAbout(member, here) ? member.fields(here) : undefined)),
  ) as JsonObject;

const comesAbout = ({ odds, decides = false }: Member, { chance, isOrderFree }: Here): boolean =>
  chance.happens(odds / 100) && !(decides && isOrderFree);

const randomTask = (here: Here): JsonObject => {
  const { needs } = here;
  const shared = { ...(needs.length > 0 && { depends_on: needs }), ...fieldsOf(TRAITS, here) };
  for (const member of WORK) {
    const work = comesAbout(member, here) ? member.fields(here) : undefined;
    if (work) return { ...shared, ...work };
  }
  return { type: RANDOM_TASK_TYPE, input: { id: here.id }, ...shared, ...fieldsOf(TASK_TRAITS, here) };
};

/** The tasks of one scope. Ids are unique in the whole document, so that an address is told by its last part. */
const randomTasks = (around: Pick<Here, 'chance' | 'depth' | 'isOrderFree'>, prefix: string): JsonObject => {
  const { chance } = around;
  const ids = Array.from({ length: 1 + chance.below(MOST_TASKS) }, (_, index) => `${prefix}${index}`);
  const tasks = ids.map((id, index): [string, JsonObject] => {
    const before = ids.slice(0, index);
    const needs = before.filter(() => chance.happens(Math.min(0.6, 1.5 / before.length)));
    return [id, randomTask({ ...around, id, needs, later: ids.slice(index + 1) })];
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

const randomResults = (document: JsonObject, chance: Chance): TaskResults => {
  const scripts = [...tasksByPattern(document)].map(([at, task]) => [at, randomScript(at, task, chance)] as const);
  return { steps: Object.fromEntries(scripts) };
};

const randomScript = (at: string, { timeout }: JsonObject, chance: Chance): ScriptedTask => {
  const seconds = chance.pick([0, 0, 1, [0, 1], [0, 3]] as const);
  const roll = chance.below(10);
  if (roll < 5) return { seconds };
  const failure = (attempt: number): ScriptedAttempt =>
    timeout !== undefined && chance.happens(0.5) ? { hangs: true } : { failure: { code: `broken_${attempt}` } };
  if (roll === 5) return { seconds, failure: { kind: 'fatal', code: 'broken' } };
  const failures = Array.from({ length: 1 + chance.below(3) }, (_, attempt) => failure(attempt));
  return { seconds, attempts: [...failures, { output: { at, after: failures.length } }] };
};

/** A workflow by chance; it is always valid. */
export const randomWorkflow = (seed: number): RandomWorkflow => {
  const chance = new Chance(seed, 'workflow');
  const isOrderFree = chance.happens(0.6);
  const tasks = randomTasks({ chance, depth: 0, isOrderFree }, 't');
  const failFast: JsonObject = !isOrderFree && chance.happens(0.3) ? { fail_fast: true } : {};
  const timeout: JsonObject = !isOrderFree && chance.happens(0.2) ? { timeout: 4 } : {};
  const document = { name: `random-${seed}`, ...failFast, ...timeout, tasks };
  return { document, results: randomResults(document, chance), isOrderFree };
};
