import {
  compileTemplate,
  templateForm,
  type CompiledTask,
  type Condition,
  type Work,
} from '../../../engine/core/index.js';
import { isJsonObject } from '../../../kernel/index.js';
import { namesRead, usesOf, type Facts, type Objection, type PlacedTask } from '../ir/index.js';
import { alwaysGoesOn, isFatalScope, touchOf } from '../dependence/index.js';
import { differenceOf, wordsOf, type Pair, type ScopePair } from './correspondence.js';
import { objection } from './objection.js';

/**
 * Whether tasks that stood in a body may stand beside the construct that holds it: one run for all items and iterations.
 *
 * All its instances did the same with the same input: the task is pure and reads nothing that is the body's own, and what it
 * reads is over before the construct begins. It now runs exactly where the construct may begin, which waits for it. It
 * must not fail where it did not run before: so either its failures go on in any case, or the body certainly runs, or
 * the task asks beforehand whether it will. And where a failure in the body was handled, this one would have been, too.
 */
export const checkMoved = (scope: ScopePair, facts: Facts): Objection | undefined => {
  const { base, candidate, left } = scope;
  if (left.length === 0 || !base.container || !candidate.container) return undefined;
  const moved = { ...scope, container: { base: base.container, candidate: candidate.container } };
  const refused = checkContainer(moved);
  if (refused) return refused;
  for (const pair of left) {
    const found = notInvariant(pair, moved, facts) ?? checkPlace(pair, moved) ?? checkWords(pair, moved);
    if (found) return found;
  }
  return undefined;
};

interface Moved extends ScopePair {
  readonly container: Pair;
}

const outside = (pair: Pair, detail: string): Objection => objection('not_invariant', pair.candidate.path, detail);

/** The construct waits for the tasks, and for what it waited for; nothing bounds its time. */
const checkContainer = ({ container: { base, candidate }, left, renaming }: Moved): Objection | undefined => {
  const { work, timeout } = base.task;
  if (!REPEATING.has(work.is)) return objection('moved_task', left[0]?.candidate.path);
  if (timeout !== undefined) return objection('delay_is_seen', base.path);
  for (let at: PlacedTask | undefined = base; at; at = at.home.container)
    if (at.task.join.is === 'count') return objection('order_is_seen', at.path);
  const expected = [...needsOf(base, renaming), ...left.map(({ base: { task } }) => task.id)];
  return areSame(needsOf(candidate), expected) ? undefined : objection('join_changed', candidate.path);
};

const REPEATING: ReadonlySet<Work['is']> = new Set(['group', 'map', 'loop']);

const needsOf = ({ task, home }: PlacedTask, renaming?: ScopePair['renaming']): string[] =>
  task.needs.map((index) => {
    const { id } = home.scope.tasks[index] as CompiledTask;
    return renaming?.get(id) ?? id;
  });

const areSame = (some: readonly string[], others: readonly string[]): boolean => {
  const [one, other] = [new Set(some), new Set(others)];
  return one.size === other.size && [...one].every((id) => other.has(id));
};

/** Every instance had the same input, and what comes of it depends on nothing else. */
const notInvariant = (pair: Pair, { base: body, left, container }: Moved, facts: Facts): Objection | undefined => {
  const { task } = pair.base;
  const touch = touchOf(pair.base, facts);
  if (task.work.is !== 'task' || touch.effects !== 'pure' || touch.state !== 'none' || touch.isBarrier)
    return objection('not_pure', pair.candidate.path);
  if (usesOf(task).chance) return outside(pair, 'chance');
  if (task.limit || task.cache) return outside(pair, 'limits and caches');
  const own = ownNames(container.base.task.work);
  const names = namesRead(task);
  const read = own.find((name) => names.has(name));
  if (read !== undefined) return outside(pair, read);
  const areLeft = new Set(left.map(({ base: { task: other } }) => other.index));
  const stays = [...task.needs, ...task.reads.flatMap(({ up, index }) => (up === 0 ? [index] : []))].some(
    (index) => !areLeft.has(index),
  );
  if (stays || task.join.is === 'count') return outside(pair, 'what stays');
  return isFatalScope(body) || alwaysGoesOn(task) ? undefined : objection('failure_is_caught', pair.candidate.path);
};

/** What the tasks of a body see, and those beside the construct do not. */
const ownNames = (work: Work): readonly string[] => {
  switch (work.is) {
    case 'map':
      return [work.as, 'index'];
    case 'loop':
      return ['index', 'previous'];
    default:
      return [];
  }
};

/** It begins when the construct might, and only that and those that moved with it wait for it. Who chose it would say so. */
const checkPlace = ({ base, candidate }: Pair, { container, left, renaming }: Moved): Objection | undefined => {
  const { task, home } = candidate;
  const expected = [...needsOf(container.base, renaming), ...needsOf(base)];
  if (!areSame(needsOf(candidate), expected) || task.join.is === 'count')
    return objection('join_changed', candidate.path);
  const mayFollow = new Set([container.candidate.task.id, ...left.map((other) => other.base.task.id)]);
  const follows = task.feeds.every((index) => mayFollow.has((home.scope.tasks[index] as CompiledTask).id));
  return follows ? undefined : objection('still_needed', candidate.path);
};

/** It says the same; it may ask first whether the body will run, and has to unless nobody can tell. */
const checkWords = ({ base, candidate }: Pair, { container, renaming }: Moved): Objection | undefined => {
  const [before, after] = [wordsOf(base, renaming), wordsOf(candidate)];
  const guard = guardOf(container.base, renaming);
  const isGuarded = guard !== undefined && base.task.when === undefined && after.condition === guard;
  const difference = differenceOf(isGuarded ? { ...before, condition: guard } : before, after);
  if (difference) return objection('task_changed', candidate.path, difference);
  if (base.task.name !== candidate.task.name) return objection('task_changed', candidate.path, 'name');
  if (candidate.task.limit || candidate.task.cache) return objection('task_changed', candidate.path, 'policy');
  const runsOnlyIf = isGuarded || guard === ALWAYS || alwaysGoesOn(base.task);
  return runsOnlyIf ? undefined : objection('may_not_run', candidate.path);
};

/** No condition: a body runs once its construct may begin. */
const ALWAYS = 'null';

/**
 * When the body of a construct runs at least once, as the form of a condition, of what is known before the construct begins;
 * undefined: that can not be said.
 */
const guardOf = ({ task }: PlacedTask, renaming: ScopePair['renaming']): string | undefined => {
  const { when, gates, work } = task;
  if (gates.length > 0) return undefined;
  const runs = runsOnce(work);
  if (runs === undefined) return undefined;
  const parts = [...(when ? [sourceOf(when)] : []), ...(runs === '' ? [] : [runs])];
  if (parts.length === 0) return ALWAYS;
  const uses = usesOf(task);
  if (uses.chance || uses.state) return undefined;
  const source = parts.length === 1 ? parts[0] : `(${parts[0] ?? ''}) && ${parts[1] ?? ''}`;
  const names = new Set(namesRead(task));
  return templateForm(compileTemplate(`\${${source ?? ''}}`, { pointer: '', names, secrets: false }).value, {
    renaming,
  });
};

const sourceOf = (condition: Condition): string =>
  condition.is === 'expression' ? condition.expression.source : String(condition.value);

/** Of a construct that has begun; '': always. */
const runsOnce = (work: Work): string | undefined => {
  if (work.is === 'group') return '';
  if (work.is === 'loop') return work.test.is === 'until' ? '' : undefined;
  if (work.is !== 'map') return undefined;
  const { over } = work;
  if (over.is === 'constant')
    return isJsonObject(over.value) || Array.isArray(over.value)
      ? sizeAsked(Object.keys(over.value).length)
      : undefined;
  if (over.is === 'list' || over.is === 'object') return sizeAsked(over.entries.length);
  return over.is === 'expression' && over.expression.path ? `size(${over.expression.source}) > 0` : undefined;
};

const sizeAsked = (size: number): string | undefined => (size > 0 ? '' : undefined);
