import { isJsonObject, messageOf, type Json, type JsonObject } from '../../../kernel/index.js';
import { itemVariables, mapItems } from '../fold/bodies.js';
import { isUndoing, toUndo } from '../fold/compensation.js';
import type { CompiledScope, ContainerWork, LoopWork, MapWork } from '../definition.js';
import { about, completeStep, conclude, failStep, give, scopeOf, type Draft } from './draft.js';
import type { BodyResult } from '../event.js';
import { evaluateCondition, evaluateTemplate } from '../expression/index.js';
import { expressionFailure } from '../failure.js';
import { bodyResult, failureOfScope } from './outcome.js';
import {
  openStepsIn,
  stepCount,
  type Bodies,
  type LoopBodies,
  type MapBodies,
  type MapItem,
  type Scope,
  type Step,
  type TryBodies,
} from '../fold/run-state.js';
import { StepVariables } from './step-scope.js';

/* Decides when the bodies of constructs begin and end, and what the construct comes to (semantics 10–13, 21). */

/** Items of one map, and iterations of one loop. */
export const MAX_ITEMS = 100_000;
/** Steps of one execution, those of all bodies included. */
const MAX_STEPS = 1_000_000;

export const openConstruct = (draft: Draft, step: Step, work: ContainerWork): void => {
  const { timeout } = step.task;
  const opened = {
    type: 'step_opened' as const,
    ...about(draft, step),
    ...(timeout !== undefined && { deadline: draft.at + timeout }),
  };
  if (work.is !== 'map') {
    if (work.is === 'loop') return give(draft, opened);
    if (!hasRoom(draft, step, work.body.tasks.length)) return;
    const first = firstValues(draft, step, { definition: work.body, names: {} });
    if (first) give(draft, { ...opened, ...first });
    return;
  }
  const over = evaluateTemplate(work.over, scopeOf(draft, step));
  if (!over.ok) return failStep(draft, step, { failure: over.error });
  const { value } = over.value;
  if (!Array.isArray(value) && !isJsonObject(value)) {
    return failStep(draft, step, { failure: expressionFailure('`over` must be a list or an object') });
  }
  if (mapItems(value).length > MAX_ITEMS) {
    return failStep(draft, step, { failure: expressionFailure(`\`over\` has more than ${MAX_ITEMS} items`) });
  }
  give(draft, { ...opened, over: value });
};

type FirstValues = { readonly variables?: JsonObject };

/** The first values of the variables of a body; undefined when the construct has failed over them. */
const firstValues = (
  draft: Draft,
  step: Step,
  { definition, names }: { readonly definition: CompiledScope; readonly names: JsonObject },
): FirstValues | undefined => {
  const { variables } = definition;
  if (!variables) return {};
  const scope = scopeOf(draft, step, { reads: variables.reads, variables: names });
  const result = evaluateTemplate(variables.mapping, scope);
  if (result.ok) return { variables: result.value.value as JsonObject };
  failStep(draft, step, { failure: result.error });
  return undefined;
};

/** False when the execution would have too many steps: the construct has then failed. */
const hasRoom = (draft: Draft, step: Step, count: number): boolean => {
  if (stepCount(draft.state) + count <= MAX_STEPS) return true;
  const message = messageOf('too_many_steps', { limit: MAX_STEPS });
  failStep(draft, step, { failure: { kind: 'fatal', code: 'too_many_steps', message } });
  return false;
};

/** A map begins its next items, a loop its first iteration; or they are over. */
export const advance = (draft: Draft, step: Step): void => {
  const { bodies } = step;
  const { work } = step.task;
  if (step.state.at !== 'inside') return;
  if (bodies?.is === 'map' && work.is === 'map') advanceMap(draft, { step, work, bodies });
  else if (bodies?.is === 'loop' && work.is === 'loop' && bodies.scopes.length === 0) {
    iterate(draft, { step, work, bodies }, { is: 'completed', output: null });
  }
};

interface Of<W, B> {
  readonly step: Step;
  readonly work: W;
  readonly bodies: B;
}

const advanceMap = (draft: Draft, { step, work, bodies }: Of<MapWork, MapBodies>): void => {
  const { items, results } = bodies;
  const { tolerate } = work;
  const allowed = tolerate.is === 'count' ? tolerate.count : Math.floor(tolerate.share * items.length);
  if (bodies.failed > allowed) {
    return conclude(draft, step, results.find((result) => result?.is === 'failed') as BodyResult);
  }
  while (bodies.next < items.length && bodies.open < (work.concurrency ?? Infinity)) {
    if (!hasRoom(draft, step, work.body.tasks.length)) return;
    const body = bodies.next;
    const names = itemVariables(step, work, { item: items[body] as MapItem, index: body });
    const first = firstValues(draft, step, { definition: work.body, names });
    if (!first) return;
    give(draft, { type: 'body_opened', ...about(draft, step), body, ...first });
  }
  if (bodies.open > 0 || bodies.next < items.length) return;
  const canceled = results.find((result) => result?.is === 'canceled');
  const output = (): Json => results.map((result) => (result?.is === 'completed' ? result.output : null));
  conclude(draft, step, canceled ?? { is: 'completed', output: output() });
};

/** A body of a construct may be over. */
export const closeBodyOf = (draft: Draft, scope: Scope): void => {
  const step = scope.owner;
  const bodies = step?.bodies;
  if (!step || !bodies || step.state.at !== 'inside') return;
  if (bodies.is === 'race') return closeRace(draft, step, bodies);
  if (scope.open > 0 && !(draft.state.compiled.failFast && scope.failed.length > 0)) return;
  const { work } = step.task;
  if (bodies.is === 'group') conclude(draft, step, bodyResult(draft, scope));
  else if (bodies.is === 'try') closePhase(draft, step, bodies);
  else if (bodies.is === 'map') closeItem(draft, step, scope);
  else if (work.is === 'loop') closeIteration(draft, { step, work, bodies }, scope);
};

/** With `fail_fast` a body ends although steps in it are open. */
const canceledIn = (scope: Scope): { readonly canceled?: readonly string[] } => {
  if (scope.open === 0) return {};
  const open = [...openStepsIn(scope)].map(({ address }) => address);
  return { canceled: open };
};

const closeItem = (draft: Draft, step: Step, scope: Scope): void => {
  const body = scope.key as number;
  const result = bodyResult(draft, scope);
  give(draft, { type: 'body_closed', ...about(draft, step), body, result, ...canceledIn(scope) });
};

/** True once everything in the scope that was to be undone is; begins with it when nothing has been. */
const isUndone = (
  draft: Draft,
  {
    step,
    bodies,
    scope,
    spare,
  }: { step: Step; bodies: TryBodies | Extract<Bodies, { is: 'race' }>; scope: Scope; spare?: Step },
): boolean => {
  if (bodies.compensation) return !isUndoing(bodies.compensation);
  const undo = toUndo(draft.state, scope, spare);
  if (undo.length > 0) give(draft, { type: 'compensation_started', at: draft.at, within: step.address, undo });
  return undo.length === 0;
};

/** Losers are canceled, and what they had completed is undone, before the winner's output counts. */
const closeRace = (draft: Draft, step: Step, bodies: Extract<Bodies, { is: 'race' }>): void => {
  const { scope, winner } = bodies;
  if (winner) {
    if (!isUndone(draft, { step, bodies, scope, spare: winner })) return;
    const output = winner.state.at === 'completed' ? winner.state.output : null;
    return completeStep(draft, step, { output: { winner: winner.task.id, output } });
  }
  if (scope.failed.length > 0) return conclude(draft, step, failureOfScope(draft.state, scope));
  if (scope.canceled > 0) return conclude(draft, step, { is: 'canceled' });
  completeStep(draft, step, { output: { winner: null, output: null } });
};

/** What the phases before came to, unless `finally` fails, or is canceled before what had completed counts. */
const afterFinally = (result: BodyResult, before: BodyResult): BodyResult => {
  if (result.is === 'failed') return result;
  return before.is === 'completed' && result.is === 'canceled' ? result : before;
};

const closePhase = (draft: Draft, step: Step, bodies: TryBodies): void => {
  const { work } = step.task;
  const scope = bodies.scopes[bodies.phase];
  if (work.is !== 'try' || !scope) return;
  const result = bodyResult(draft, scope);
  if (bodies.phase === 'finally') return conclude(draft, step, afterFinally(result, bodies.result ?? result));
  if (bodies.phase === 'try' && result.is === 'failed') {
    if (!isUndone(draft, { step, bodies, scope })) return;
    if (work.catch) return openPhase(draft, step, { body: 'catch', result });
  }
  if (work.finally) return openPhase(draft, step, { body: 'finally', result });
  conclude(draft, step, result);
};

const openPhase = (
  draft: Draft,
  step: Step,
  { body, result }: { readonly body: 'catch' | 'finally'; readonly result: BodyResult },
): void => {
  const { work } = step.task;
  const tasks = work.is === 'try' ? (work[body]?.tasks.length ?? 0) : 0;
  const before = step.bodies?.is === 'try' ? step.bodies.scopes[step.bodies.phase] : undefined;
  if (!hasRoom(draft, step, tasks)) return;
  give(draft, { type: 'body_opened', ...about(draft, step), body, result, ...(before && canceledIn(before)) });
};

const closeIteration = (draft: Draft, loop: Of<LoopWork, LoopBodies>, scope: Scope): void => {
  const result = bodyResult(draft, scope);
  if (result.is !== 'completed') return conclude(draft, loop.step, result);
  const { test } = loop.work;
  if (test.is === 'until') {
    const { address, generation } = loop.step;
    const reader = { reads: test.reads, address, generation, variables: { previous: result.output } };
    const enough = evaluateCondition(test.condition, new StepVariables({ ...draft, scope, now: draft.at }, reader));
    if (!enough.ok) return failStep(draft, loop.step, { failure: enough.error });
    if (enough.value) return completeStep(draft, loop.step, { output: result.output });
  }
  iterate(draft, loop, result);
};

/** Begins the next iteration unless the loop is over. */
const iterate = (
  draft: Draft,
  { step, work, bodies }: Of<LoopWork, LoopBodies>,
  result: Extract<BodyResult, { is: 'completed' }>,
): void => {
  const index = bodies.scopes.length;
  if (work.test.is === 'while') {
    const variables = { index, previous: result.output };
    const scope = scopeOf(draft, step, { reads: work.test.reads, variables });
    const more = evaluateCondition(work.test.condition, scope);
    if (!more.ok) return failStep(draft, step, { failure: more.error });
    if (!more.value) return completeStep(draft, step, { output: result.output });
  }
  if (index >= work.maxIterations) {
    const message = messageOf('loop_limit', { limit: work.maxIterations });
    return failStep(draft, step, { failure: { kind: 'fatal', code: 'loop_limit', message } });
  }
  if (!hasRoom(draft, step, work.body.tasks.length)) return;
  const names = { index, previous: result.output };
  const first = firstValues(draft, step, { definition: work.body, names });
  if (!first) return;
  give(draft, { type: 'body_opened', ...about(draft, step), body: index, ...first, ...(index > 0 && { result }) });
};
