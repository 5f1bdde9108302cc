import type { Json, JsonObject } from '../../../src/kernel/index.js';

/* A small language: all constructs, each with as little as it needs to matter. Random workflows are written in it. */

/** A condition; `input`: the `yes` of the input; `fails`: one that can not be evaluated. */
export type Holds = boolean | 'input' | 'fails';

export interface PlainHandler {
  /** Kinds or codes of failures; absent: all. */
  readonly classes: readonly string[] | undefined;
  readonly then: 'fail' | 'continue' | { readonly goto: string };
}

export interface PlainTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly join: 'all' | number;
  readonly when: Holds;
  readonly handlers: readonly PlainHandler[];
  readonly work: PlainWork;
}

export type PlainBody = readonly PlainTask[];

export type PlainWait =
  'time' | 'event' | 'event-within' | 'approval' | 'approval-approves' | 'webhook' | 'workflow' | 'workflow-started';

export type PlainWork =
  | {
      readonly is: 'task';
      /** Its input shows what it sees: what it needs, and the variables around it. */
      readonly reads: boolean;
      readonly readsInput: boolean;
      readonly retries: number;
      readonly undone: boolean;
    }
  | { readonly is: 'switch'; readonly branches: readonly { readonly goto: string; readonly when: Holds }[] }
  | PlainContainer
  | { readonly is: 'wait'; readonly wait: PlainWait };

interface Limited {
  /** It has a timeout, which may be met. */
  readonly limited: boolean;
}

interface Mapped {
  /** Its output is what is said of this task of the body; absent: of its leaves. */
  readonly said: string | undefined;
}

export type PlainContainer = Limited &
  (
    | ({ readonly is: 'group'; readonly body: PlainBody } & Mapped)
    | { readonly is: 'race'; readonly body: PlainBody }
    | {
        readonly is: 'try';
        readonly body: PlainBody;
        readonly catch: PlainBody | undefined;
        readonly finally: PlainBody | undefined;
      }
    | ({
        readonly is: 'map';
        /** A list of so many, or an object with these keys. */
        readonly over: number | readonly string[];
        readonly concurrency: number | undefined;
        readonly tolerate: number;
        readonly body: PlainBody;
      } & Mapped)
    | ({
        readonly is: 'loop';
        readonly test: 'while' | 'until';
        readonly rounds: number;
        readonly most: number;
        readonly body: PlainBody;
      } & Mapped)
  );

export interface PlainWorkflow {
  readonly body: PlainBody;
  readonly failFast: boolean;
}

/** s; every limit of every construct. */
export const LIMIT = 50;

export const bodiesOf = (work: PlainWork): readonly (readonly [key: string, body: PlainBody])[] => {
  switch (work.is) {
    case 'task':
    case 'switch':
    case 'wait':
      return [];
    case 'try':
      return (['try', 'catch', 'finally'] as const).flatMap((phase) => {
        const body = phase === 'try' ? work.body : work[phase];
        return body ? [[phase, body] as const] : [];
      });
    default:
      return [['tasks', work.body]];
  }
};

/** Siblings that a task may choose. */
export const targetsOf = ({ work, handlers }: PlainTask): readonly string[] => [
  ...(work.is === 'switch' ? work.branches.map(({ goto }) => goto) : []),
  ...handlers.flatMap(({ then }) => (typeof then === 'object' ? [then.goto] : [])),
];

export const gatesOf = (task: PlainTask, body: PlainBody): readonly PlainTask[] =>
  body.filter((other) => targetsOf(other).includes(task.id));

/** Dependencies that are no control edges. */
export const needsOf = (task: PlainTask, body: PlainBody): readonly string[] => {
  const gates = new Set(gatesOf(task, body).map(({ id }) => id));
  return task.needs.filter((need) => !gates.has(need));
};

/** Nothing follows them. */
export const leavesOf = (body: PlainBody): PlainBody =>
  body.filter((task) => targetsOf(task).length === 0 && !body.some(({ needs }) => needs.includes(task.id)));

/** What the input of a task shows, by name; `tasks`: those whose status and output it shows. */
export interface Sight {
  readonly tasks: readonly string[];
  readonly variables: readonly string[];
}

/** What a body sees of the scopes around it. */
export const sightInside = (task: PlainTask, body: PlainBody, around: Sight): Sight => {
  const own = task.join === 'all' ? needsOf(task, body) : [];
  return { ...around, tasks: [...around.tasks, ...own] };
};

export const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  map: ['item', 'index'],
  loop: ['index', 'previous'],
  catch: ['error'],
};

/** The variables that a task sees. */
export const variablesOf = (task: PlainTask, body: PlainBody, around: Sight): readonly string[] => {
  const isTarget = body.some(({ handlers }) =>
    handlers.some(({ then }) => typeof then === 'object' && then.goto === task.id),
  );
  return [...new Set([...around.variables, ...(isTarget ? ['error'] : [])])];
};

const condition = (when: Holds): Json =>
  when === 'fails' ? '${input.nothing.there}' : when === 'input' ? '${input.yes}' : when;

const inputOf = (task: PlainTask, body: PlainBody, around: Sight): JsonObject => {
  const { work } = task;
  if (work.is !== 'task') return {};
  const { tasks } = sightInside(task, body, around);
  const entries: [string, Json][] = work.readsInput ? [['input', '${input.yes}']] : [];
  if (work.reads) {
    for (const id of tasks) entries.push([id, `\${[tasks.${id}.status, tasks.${id}.output]}`]);
    for (const name of variablesOf(task, body, around)) {
      entries.push([name, name === 'error' ? '${error.?code.orValue("none")}' : `\${${name}}`]);
    }
  }
  return Object.fromEntries(entries);
};

const saidOf = (said: string | undefined): JsonObject =>
  said === undefined ? {} : { output: { status: `\${tasks.${said}.status}`, output: `\${tasks.${said}.output}` } };

const overOf = (over: number | readonly string[]): Json =>
  typeof over === 'number' ? Array.from({ length: over }, (_, at) => `item ${at}`) : itemsByKey(over);

const itemsByKey = (keys: readonly string[]): JsonObject => Object.fromEntries(keys.map((key) => [key, `item ${key}`]));

/** The items of a map: what its address says, what its body sees. */
export const itemsOf = (over: number | readonly string[]): readonly { key: number | string; value: Json }[] =>
  typeof over === 'number'
    ? Array.from({ length: over }, (_, key) => ({ key, value: `item ${key}` }))
    : over.map((key) => ({ key, value: { key, value: `item ${key}` } }));

const WAITS: Readonly<Record<PlainWait, (id: string) => JsonObject>> = {
  time: () => ({ wait: { seconds: 3 } }),
  event: (id) => ({ event: { name: 'said', match: `\${event.for == "${id}"}` } }),
  'event-within': (id) => ({ event: { name: id, within: LIMIT } }),
  approval: () => ({ approval: { by: ['ops'], within: LIMIT } }),
  'approval-approves': () => ({ approval: { within: LIMIT, on_timeout: 'approve' } }),
  webhook: () => ({ webhook: { within: LIMIT } }),
  workflow: (id) => ({ workflow: { name: 'child', input: { id } } }),
  'workflow-started': () => ({ workflow: { name: 'child', wait: false } }),
};

const workOf = (task: PlainTask, body: PlainBody, around: Sight): JsonObject => {
  const { work, id } = task;
  switch (work.is) {
    case 'task':
      return {
        type: 'test/task',
        input: inputOf(task, body, around),
        ...(work.retries > 0 && { retry_policy: { max_retries: work.retries, initial_delay: 1, jitter: 0 } }),
        ...(work.undone && { compensate: { type: 'test/task', input: { undo: '${output}' } } }),
      };
    case 'switch':
      return { switch: work.branches.map(({ goto, when }) => ({ when: condition(when), goto })) };
    case 'wait':
      return WAITS[work.wait](id);
    default:
      return { ...containerOf(work, sightInside(task, body, around)), ...(work.limited && { timeout: LIMIT }) };
  }
};

const containerOf = (work: PlainContainer, around: Sight): JsonObject => {
  const within = (body: PlainBody, kind = ''): JsonObject =>
    tasksOf(body, { ...around, variables: [...around.variables, ...(VARIABLES[kind] ?? [])] });
  switch (work.is) {
    case 'group':
      return { tasks: within(work.body), ...saidOf(work.said) };
    case 'race':
      return { race: within(work.body) };
    case 'try':
      return {
        try: within(work.body),
        ...(work.catch && { catch: within(work.catch, 'catch') }),
        ...(work.finally && { finally: within(work.finally) }),
      };
    case 'map': {
      const { over, concurrency, tolerate } = work;
      const map = { over: overOf(over), tolerate, ...(concurrency !== undefined && { concurrency }) };
      return { map, tasks: within(work.body, 'map'), ...saidOf(work.said) };
    }
    case 'loop': {
      const { test, rounds, most } = work;
      const says = test === 'while' ? `\${index < ${rounds}}` : `\${index + 1 >= ${rounds}}`;
      return { loop: { [test]: says, max_iterations: most }, tasks: within(work.body, 'loop'), ...saidOf(work.said) };
    }
  }
};

const tasksOf = (body: PlainBody, around: Sight): JsonObject =>
  Object.fromEntries(
    body.map((task) => [
      task.id,
      {
        ...workOf(task, body, around),
        ...(task.needs.length > 0 && { depends_on: task.needs }),
        ...(task.join !== 'all' && { join: task.join }),
        ...(task.when !== true && { when: condition(task.when) }),
        ...(task.handlers.length > 0 && {
          on_error: task.handlers.map(({ classes, then }) => ({
            ...(classes && { class: classes }),
            ...(typeof then === 'object' ? then : { then }),
          })),
        }),
      },
    ]),
  );

export const documentOf = ({ body, failFast }: PlainWorkflow): JsonObject => ({
  name: 'random',
  fail_fast: failFast,
  tasks: tasksOf(body, { tasks: [], variables: [] }),
});
