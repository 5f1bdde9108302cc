import type { CompiledScope, CompiledTask, Work } from '../../definition.js';
import { ERROR_NAME, STATE_NAME, WORKFLOW_NAMES } from '../../names.js';
import { mayMiss } from '../may-be-null.js';
import type { TypeEnvironment } from './check.js';
import { ERROR_TYPE } from './scope.js';
import { ANY, simple, type Type } from './type.js';
import { ITERATION, TypeWalk, type Place, type TypedDefinition } from './walk.js';

/** A task that an expression may read, or could if it stood elsewhere. */
export interface TaskInReach {
  readonly id: string;
  readonly task: CompiledTask;
  /** False: it waits for the task of the expression itself, so reading it would go round. */
  readonly mayBeRead: boolean;
  /** It may end without an output although what reads it runs. */
  readonly mayMiss: boolean;
}

/** What an expression may use where it stands. */
export interface Reach {
  /** Root names beside `tasks`. */
  readonly names: ReadonlySet<string>;
  /** Of the root names, `tasks` too. */
  readonly types: TypeEnvironment;
  /** Of the own scope and of those around it, the nearest first. */
  readonly tasks: readonly TaskInReach[];
}

const NUMBER = simple('number');

/** A body in its place, and the names that its expressions see. */
interface Level {
  readonly place: Place;
  readonly names: ReadonlySet<string>;
  /** Index of the task whose body, or whose self, the expression is in. */
  readonly at: number;
}

interface Body {
  readonly scope: CompiledScope;
  readonly names: readonly (readonly [string, Type])[];
}

/** The body that a path goes on into, and what is left of the path. */
const bodyOf = (work: Work, rest: readonly string[]): readonly [Body, readonly string[]] | undefined => {
  const plain = (scope: CompiledScope, names: Body['names'] = []): readonly [Body, readonly string[]] => [
    { scope, names },
    rest,
  ];
  switch (work.is) {
    case 'group':
    case 'race':
      return plain(work.body);
    case 'map':
      return plain(work.body, [
        [work.as, ANY],
        ['index', NUMBER],
      ]);
    case 'loop':
      return plain(work.body, ITERATION);
    case 'try': {
      const [phase = '', ...inner] = rest;
      const scope = { try: work.body, catch: work.catch, finally: work.finally }[phase];
      return scope && [{ scope, names: phase === 'catch' ? [[ERROR_NAME, ERROR_TYPE]] : [] }, inner];
    }
    default:
      return undefined;
  }
};

/** The bodies from the outermost to the one that holds the task; undefined: there is no such task. */
const levelsTo = ({ scope }: TypedDefinition, path: string): readonly Level[] | undefined => {
  const levels: Level[] = [];
  let place: Place = { scope, where: '/tasks', around: undefined, names: new Map() };
  let names = namesIn(scope, WORKFLOW_NAMES);
  let [, ...rest] = path.split('/');
  for (;;) {
    const [id = '', ...inner] = rest;
    const task = place.scope.byId.get(id);
    if (!task) return undefined;
    levels.push({ place, names, at: task.index });
    if (inner.length === 0) return levels;
    const found = bodyOf(task.work, inner);
    if (!found) return undefined;
    const [body, left] = found;
    names = namesIn(body.scope, new Set([...names, ...body.names.map(([name]) => name)]));
    place = { scope: body.scope, where: '', around: place, names: new Map([...place.names, ...body.names]) };
    rest = [...left];
  }
};

const namesIn = ({ variables }: CompiledScope, names: ReadonlySet<string>): ReadonlySet<string> =>
  variables ? new Set([...names, STATE_NAME]) : names;

/** What waits for a task, directly or not; the task itself too. */
const followersOf = ({ tasks }: CompiledScope, of: number): ReadonlySet<number> => {
  const found = new Set([of]);
  for (const at of found)
    for (const next of [...(tasks[at]?.feeds ?? []), ...(tasks[at]?.opens ?? [])]) found.add(next);
  return found;
};

/** A failure of a sibling may lead to it: its own expressions see `error`. */
const isTarget = ({ index }: CompiledTask, { tasks }: CompiledScope): boolean =>
  tasks.some(({ onError }) => onError.some(({ remedy }) => remedy.is === 'goto' && remedy.target === index));

/**
 * What the expressions of a task may use; of `undefined`, those of the output of the workflow. Undefined: there is no
 * such task. In the `match` of an event comes `event` to it, in `set` and `compensate` `output`.
 */
export const reachOf = (definition: TypedDefinition, path: string | undefined): Reach | undefined => {
  const walk = new TypeWalk(definition);
  const root: Place = { scope: definition.scope, where: '/tasks', around: undefined, names: new Map() };
  if (path === undefined) {
    const tasks = definition.scope.tasks.map((task) => inReach(task, true));
    return { names: namesIn(definition.scope, WORKFLOW_NAMES), types: walk.environment(root), tasks };
  }
  const levels = levelsTo(definition, path);
  const own = levels?.at(-1);
  if (!levels || !own) return undefined;
  const { place, names, at } = own;
  const self = place.scope.tasks[at] as CompiledTask;
  const seen = isTarget(self, place.scope) ? new Set([...names, ERROR_NAME]) : names;
  const tasks = [...levels].reverse().flatMap(({ place: { scope }, at: within }) => {
    const followers = followersOf(scope, within);
    return scope.tasks.map((task) => inReach(task, !followers.has(task.index)));
  });
  return { names: seen, types: walk.environment(place), tasks };
};

const inReach = (task: CompiledTask, mayBeRead: boolean): TaskInReach => ({
  ...{ id: task.id, task, mayBeRead, mayMiss: mayMiss(task) },
});
