import type { Json } from '../../../kernel/index.js';
import type { CompiledTask, ChildWork, SwitchWork, TaskWork, WaitWork } from '../definition.js';
import type { Template } from '../expression/index.js';
import type { Failure } from '../failure.js';
import { handledBy, remediesOf } from '../fold/handled.js';
import type { Verdict } from '../fold/step-state.js';
import { fateOfBodies } from './bodies.js';
import { inOrder, verdictsOf } from './heard.js';
import type { Where } from './knowledge.js';
import type { Bodies, Oracle, ScopeFate } from './oracle.js';
import {
  addressIn,
  CANCELED,
  COMPLETED_SOMEHOW,
  isUnhandledEnd,
  pathIn,
  type Fate,
  type Place,
  type Possibility,
  type Runs,
} from './place.js';

/** The fates of all steps of a scope, predecessors first. */
export const fateOfScope = (oracle: Oracle, start: Omit<Place, 'fates'>): ScopeFate => {
  const place: Place = { ...start, fates: [] };
  for (const task of inOrder(place.scope.tasks)) place.fates[task.index] = fateOf(oracle, place, task);
  const fates = place.fates as readonly Fate[];
  const output = outputOf(oracle, place);
  const fails = output.is === 'fails';
  const stepsMayFail = fates.some(({ ends }) => ends.some(isUnhandledEnd));
  if (stepsMayFail) oracle.counts.hasFailures = true;
  return {
    place,
    mayFail: fails || (output.is === 'unknown' && oracle.mayFail) || stepsMayFail,
    mustFail: fails || fates.some(({ ends }) => ends.length > 0 && ends.every(isUnhandledEnd)),
    mayCancel: fates.some(({ ends }) => ends.some(({ state }) => state.at === 'canceled')),
    output: output.is === 'known' ? output.value : undefined,
  };
};

const outputOf = ({ knowledge }: Oracle, place: Place) => {
  const { output, leaves } = place.scope;
  if (output) return knowledge.template(output.mapping, { place, reads: output.reads });
  const given: [string, Json][] = [];
  for (const { id, index } of leaves) {
    const [only, ...others] = (place.fates[index] as Fate).ends;
    if (!only?.known || others.length > 0) return { is: 'unknown' } as const;
    if (only.state.at === 'completed') given.push([id, only.state.output]);
  }
  return { is: 'known', value: Object.fromEntries<Json>(given) } as const;
};

const fateOf = (oracle: Oracle, place: Place, task: CompiledTask): Fate => {
  const pattern = pathIn(place, task);
  const ends: Possibility[] = [];
  const verdicts = oracle.take(verdictsOf(place, task));
  let runs: Runs = 'must';
  for (const verdict of verdicts.filter(isSkip)) {
    const { cause, because } = verdict;
    if (cause !== 'operator' && cause !== 'condition') {
      oracle.counts.because(pattern, { is: cause, by: because ?? pattern });
    }
    ends.push({ state: { at: 'skipped', cause, because }, known: true });
    runs = 'may';
  }
  if (ends.length === verdicts.length) return count(oracle, place, { task, fate: { runs: 'never', ends } });
  const begun = afterCondition(oracle, place, task);
  if (begun.runs !== 'must') runs = begun.runs;
  return count(oracle, place, { task, fate: { runs, ends: distinct([...ends, ...begun.ends]) } });
};

const isSkip = (verdict: Verdict): verdict is Extract<Verdict, { is: 'skip' }> => verdict.is === 'skip';

const count = ({ counts }: Oracle, place: Place, { task, fate }: { task: CompiledTask; fate: Fate }): Fate => {
  const tally = counts.of(pathIn(place, task));
  if (fate.runs === 'must') tally.min += place.times.min;
  if (fate.runs !== 'never') tally.max += place.times.max;
  if (task.compensate && fate.runs !== 'never') counts.of(`${pathIn(place, task)}!compensate`).max += place.times.max;
  return fate;
};

/** A step that may begin, unless its own condition says no. */
const afterCondition = (oracle: Oracle, place: Place, task: CompiledTask): Fate => {
  const { when } = task;
  if (when === undefined) return fateOfWork(oracle, place, task);
  const pattern = pathIn(place, task);
  const skipped: Possibility = { state: { at: 'skipped', cause: 'condition', because: undefined }, known: true };
  const holds = oracle.knowledge.condition(when, { place, reads: task.reads });
  if (holds.is === 'fails') return neverBegins(oracle, place, { task, failure: holds.failure });
  if (holds.is === 'known') {
    if (holds.value) return fateOfWork(oracle, place, task);
    oracle.counts.because(pattern, { is: 'condition_false' });
    return { runs: 'never', ends: [skipped] };
  }
  oracle.counts.because(pattern, { is: 'condition_open' });
  const ways = oracle.take([true, false]);
  const begun: Fate = ways.includes(true) ? fateOfWork(oracle, place, task) : { runs: 'never', ends: [] };
  const runs = ways.includes(false) && begun.runs === 'must' ? 'may' : begun.runs;
  const fails = oracle.mayFail ? failures(task, place) : [];
  return { runs, ends: [...begun.ends, ...(ways.includes(false) ? [skipped] : []), ...fails] };
};

const fateOfWork = (oracle: Oracle, place: Place, task: CompiledTask): Fate => {
  const { work } = task;
  switch (work.is) {
    case 'task':
      return fateOfTask(oracle, place, { task, work });
    case 'switch':
      return { runs: 'must', ends: branchesOf(oracle, place, { task, work }) };
    case 'group':
    case 'race':
    case 'try':
    case 'map':
    case 'loop':
      return {
        runs: 'must',
        ends: endsOfConstruct(task, place, { oracle, bodies: fateOfBodies(oracle, place, task) }),
      };
    default: {
      if (work.is === 'workflow') give(oracle, place, { task, work });
      const failure = failureOfTemplates(oracle, { place, reads: task.reads }, templatesOf(work));
      if (failure) return neverBegins(oracle, place, { task, failure });
      const ends = endsAssumed(oracle, place, { task, input: undefined });
      // In a scope that has failed a wait is canceled, or never begins.
      return oracle.isDoomed ? { runs: 'may', ends: [...ends, CANCELED] } : { runs: 'must', ends };
    }
  }
};

interface Of<W> {
  readonly task: CompiledTask;
  readonly work: W;
}

const fateOfTask = (oracle: Oracle, place: Place, { task, work }: Of<TaskWork>): Fate => {
  const where: Where = { place, reads: task.reads };
  const input = oracle.knowledge.template(work.input, where);
  oracle.counts.input(pathIn(place, task), oracle.knowledge.fields(work.input, where));
  const { limit, cache } = task;
  const failure = failureOfTemplates(oracle, where, [limit?.key, cache?.key, work.input]);
  if (failure) return neverBegins(oracle, place, { task, failure });
  const ends = endsAssumed(oracle, place, { task, input: input.is === 'known' ? input.value : undefined });
  const fails = input.is === 'unknown' && oracle.mayFail ? failures(task, place) : [];
  return { runs: fails.length > 0 ? 'may' : 'must', ends: [...ends, ...fails] };
};

/** Notes what an execution is given that a step starts. */
const give = ({ knowledge, counts }: Oracle, place: Place, { task, work }: Of<ChildWork>): void => {
  const input = knowledge.template(work.input, { place, reads: task.reads });
  if (input.is !== 'fails') counts.given(pathIn(place, task), input.is === 'known' ? input.value : undefined);
};

const templatesOf = (work: WaitWork): readonly (Template | undefined)[] => {
  switch (work.is) {
    case 'wait':
      return [work.seconds, work.until];
    case 'event':
      return [work.name, work.within, work.since];
    case 'approval':
      return [work.by, work.message, work.within];
    case 'webhook':
      return [work.within];
    case 'workflow':
      return [work.input];
  }
};

/** The failure of what is worked out before a step begins; undefined: none is known. */
const failureOfTemplates = (
  { knowledge }: Oracle,
  where: Where,
  templates: readonly (Template | undefined)[],
): Failure | undefined => {
  for (const template of templates) {
    const value = template && knowledge.template(template, where);
    if (value?.is === 'fails') return value.failure;
  }
  return undefined;
};

const neverBegins = (
  { counts }: Oracle,
  place: Place,
  { task, failure }: { readonly task: CompiledTask; readonly failure: Failure },
): Fate => {
  counts.because(pathIn(place, task), { is: 'not_worked_out', detail: failure.message });
  return { runs: 'never', ends: [failedBy(task, place, failure)] };
};

/** How a task or a wait ends: as is assumed, else well, or also badly where that is asked for. */
const endsAssumed = (
  oracle: Oracle,
  place: Place,
  { task, input }: { readonly task: CompiledTask; readonly input: Json | undefined },
): readonly Possibility[] => {
  const assumed = oracle.assume({ pattern: pathIn(place, task), address: addressIn(place, task), task, input });
  // What is assigned when it completes may not be worked out.
  const fails = oracle.mayFail && (assumed === undefined || task.set !== undefined) ? failures(task, place) : [];
  if (assumed?.is === 'failed') return [failedBy(task, place, assumed.failure)];
  if (!assumed) return [COMPLETED_SOMEHOW, ...fails];
  return [{ state: { at: 'completed', output: assumed.output }, known: true }, ...fails];
};

const branchesOf = (oracle: Oracle, place: Place, { task, work }: Of<SwitchWork>): readonly Possibility[] => {
  const ends: Possibility[] = [];
  const chosen = (output: Json): Possibility => ({ state: { at: 'completed', output }, known: true });
  let isOpen = true;
  for (const { when, goto } of work.branches) {
    const target = chosen((place.scope.tasks[goto] as CompiledTask).id);
    const holds =
      when === undefined
        ? ({ is: 'known', value: true } as const)
        : oracle.knowledge.condition(when, { place, reads: task.reads });
    if (holds.is === 'fails') ends.push(failedBy(task, place, holds.failure));
    else if (holds.is === 'unknown') ends.push(target, ...(oracle.mayFail ? failures(task, place) : []));
    else if (holds.value) ends.push(target);
    else continue;
    isOpen = holds.is === 'unknown';
    if (!isOpen) break;
  }
  if (isOpen) ends.push(chosen(null));
  return oracle.take(distinct(ends));
};

/** How a construct ends, after how its bodies do. */
const endsOfConstruct = (
  task: CompiledTask,
  place: Place,
  { oracle, bodies }: { readonly oracle: Oracle; readonly bodies: Bodies },
): readonly Possibility[] => {
  const { output, mayFail, mustFail, failure } = bodies;
  const completed: Possibility =
    output === undefined ? COMPLETED_SOMEHOW : { state: { at: 'completed', output }, known: true };
  const mayEndBadly = mayFail || (oracle.mayFail && (task.timeout !== undefined || task.set !== undefined));
  const fails = failure ? [failedBy(task, place, failure)] : mayEndBadly ? failures(task, place) : [];
  const canceled = oracle.isDoomed ? [CANCELED] : [];
  return mustFail ? [...fails, ...canceled] : [completed, ...fails, ...canceled];
};

const failedBy = (task: CompiledTask, { scope }: Place, failure: Failure): Possibility => ({
  state: { at: 'failed', failure, handled: handledBy(task, scope, failure) },
  known: true,
});

const SOMEHOW: Failure = { kind: 'fatal', code: 'unknown', message: '' };

/** All that a failure of which nothing is known may come to. */
const failures = (task: CompiledTask, { scope }: Place): readonly Possibility[] =>
  remediesOf(task, scope).map((handled) => ({ state: { at: 'failed', failure: SOMEHOW, handled }, known: false }));

const distinct = (ends: readonly Possibility[]): readonly Possibility[] => {
  const found = new Map<string, Possibility>();
  for (const end of ends) {
    const key = JSON.stringify([end.state, end.known]);
    if (!found.has(key)) found.set(key, end);
  }
  return [...found.values()];
};
