import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { CompiledScope, CompiledTask, MapWork, TryWork } from '../definition.js';
import { expressionFailure } from '../failure.js';
import { mapItems } from '../fold/bodies.js';
import type { Counts } from './ledger.js';
import { fateOfLoop } from './loop.js';
import { ONCE, pathIn, scaled, tasksIn, without, type Because, type Place } from './place.js';
import { bodyAt, type Bodies, type Oracle, type ScopeFate } from './oracle.js';

/** Items and iterations that are looked at one by one. */
const MOST_INSTANCES = 100;

type Times = Place['times'];

const NEVER: Bodies = { mayFail: false, mustFail: false, output: undefined };
/** What happens in the bodies of a construct that runs, and what comes of them (semantics 10 to 13, 21). */
export const fateOfBodies = (oracle: Oracle, place: Place, task: CompiledTask): Bodies => {
  const { work } = task;
  const once = (scope: CompiledScope, suffix: string, times: Times = ONCE): ScopeFate =>
    oracle.fateOfScope({ ...bodyAt(place, task, { scope, suffix }), times: scaled(place, times) });
  switch (work.is) {
    case 'group':
      return once(work.body, '');
    case 'race': {
      const alone = work.body.tasks.length === 1;
      const { mayFail } = once(work.body, '', alone ? ONCE : { min: 0, max: 1 });
      if (!alone) all(oracle.counts, tasksIn(pathIn(place, task), work.body), { is: 'race', by: pathIn(place, task) });
      return { mayFail, mustFail: false, output: undefined };
    }
    case 'try':
      return fateOfTry(oracle, { place, task, work }, once);
    case 'map':
      return fateOfMap(oracle, { place, task, work });
    case 'loop':
      return fateOfLoop({ oracle, place, task, work });
    default:
      return NEVER;
  }
};

/** Says of all tasks of a body why they may not run. */
const all = (counts: Counts, patterns: readonly string[], because: Because): void => {
  for (const pattern of patterns) counts.because(pattern, because);
};

interface At<W> {
  readonly place: Place;
  readonly task: CompiledTask;
  readonly work: W;
}

const fateOfTry = (
  oracle: Oracle,
  { place, task, work }: At<TryWork>,
  once: (scope: CompiledScope, suffix: string, times: Times) => ScopeFate,
): Bodies => {
  const by = pathIn(place, task);
  const tried = once(work.body, '/try', ONCE);
  let result: Bodies = tried;
  if (work.catch && tried.mayFail) {
    const caught = once(work.catch, '/catch', { min: tried.mustFail ? 1 : 0, max: 1 });
    if (!tried.mustFail) all(oracle.counts, tasksIn(`${by}/catch`, work.catch), { is: 'not_entered', by });
    result = {
      mayFail: caught.mayFail,
      mustFail: tried.mustFail && caught.mustFail,
      output: tried.mustFail ? caught.output : undefined,
    };
  } else if (work.catch) all(oracle.counts, tasksIn(`${by}/catch`, work.catch), { is: 'only_after_failure' });
  if (!work.finally) return result;
  const last = once(work.finally, '/finally', ONCE);
  return {
    mayFail: result.mayFail || last.mayFail,
    mustFail: result.mustFail || last.mustFail,
    output: last.mayFail ? undefined : result.output,
  };
};

const fateOfMap = (oracle: Oracle, { place, task, work }: At<MapWork>): Bodies => {
  const pattern = pathIn(place, task);
  const over = oracle.knowledge.template(work.over, { place, reads: task.reads });
  if (over.is === 'fails') return { mayFail: true, mustFail: true, output: undefined, failure: over.failure };
  if (over.is === 'unknown') return itemsUnknown(oracle, { place, task, work }, { min: 0, max: Infinity });
  if (!Array.isArray(over.value) && !isJsonObject(over.value)) {
    const failure = expressionFailure('`over` must be a list or an object');
    return { mayFail: true, mustFail: true, output: undefined, failure };
  }
  const items = mapItems(over.value);
  oracle.counts.size(pattern, items.length, items.length);
  if (items.length === 0) all(oracle.counts, tasksIn(`${pattern}[*]`, work.body), { is: 'not_entered', by: pattern });
  if (items.length > MOST_INSTANCES) {
    return itemsUnknown(oracle, { place, task, work }, { min: items.length, max: items.length });
  }
  const names = ({ key, value }: (typeof items)[number], index: number) => ({
    suffix: `[${JSON.stringify(key)}]`,
    variables: { [work.as]: value, index },
  });
  const itemOf = (index: number): ScopeFate => {
    const body = { scope: work.body, ...names(items[index] as (typeof items)[number], index) };
    return oracle.fateOfScope({ ...bodyAt(place, task, body), times: scaled(place, ONCE) });
  };
  return itemsTogether(oracle, { place, task, work }, { size: items.length, itemOf });
};

/** Each item by itself; once so many may fail that the map does, no item is certain to be gone through. */
const itemsTogether = (
  { counts }: Oracle,
  { place, task, work }: At<MapWork>,
  { size, itemOf }: { readonly size: number; readonly itemOf: (index: number) => ScopeFate },
): Bodies => {
  const allowed = work.tolerate.is === 'count' ? work.tolerate.count : Math.floor(work.tolerate.share * size);
  const results: ScopeFate[] = [];
  for (let index = 0; index < size; index++) results.push(itemOf(index));
  const failing = results.filter(({ mayFail }) => mayFail).length;
  const failed = results.filter(({ mustFail }) => mustFail).length;
  if (failing > allowed) cutShort(counts, `${pathIn(place, task)}[*]/`);
  const outputs = results.map((result) => (result.mustFail ? null : result.mayFail ? undefined : result.output));
  const output = outputs.includes(undefined) ? undefined : (outputs as Json[]);
  return { mayFail: failing > allowed, mustFail: failed > allowed, output };
};

const itemsUnknown = (oracle: Oracle, { place, task, work }: At<MapWork>, times: Times): Bodies => {
  const by = pathIn(place, task);
  oracle.counts.size(by, times.min, times.max);
  const start = bodyAt(place, task, { scope: work.body, suffix: '[*]' });
  const variables = without(start.variables, [work.as, 'index']);
  const body = oracle.fateOfScope({ ...start, variables, times: scaled(place, times) });
  if (times.min === 0) all(oracle.counts, tasksIn(`${by}[*]`, work.body), { is: 'not_entered', by });
  if (body.mayFail && times.min > 0) cutShort(oracle.counts, `${by}[*]/`);
  return { mayFail: body.mayFail || oracle.mayFail, mustFail: false, output: undefined };
};

const cutShort = (counts: Counts, prefix: string): void => {
  for (const [pattern, count] of counts.byPattern) {
    if (!pattern.startsWith(prefix)) continue;
    count.min = 0;
    counts.because(pattern, { is: 'cut_short' });
  }
};
