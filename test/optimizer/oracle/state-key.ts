import { allSteps, type RunState, type Step } from '../../../src/engine/core/index.js';
import type { Json } from '../../../src/kernel/index.js';
import type { Situation } from './situation.js';
import { bearingOf } from './trace.js';

type Bodies = NonNullable<Step['bodies']>;

const outputs = new WeakMap<object, string>();

/** Outputs are frozen and mostly the same few. */
const textOf = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const known = outputs.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  outputs.set(value, text);
  return text;
};

const bodiesKey = (bodies: Bodies): string => {
  const undoing =
    'compensation' in bodies && bodies.compensation
      ? `${bodies.compensation.next}:${bodies.compensation.steps.map(({ address }) => address).join()}`
      : '';
  switch (bodies.is) {
    case 'group':
      return `${scopeKey(bodies.scope)}${undoing}`;
    case 'race':
      return `${bodies.winner?.address ?? ''}${scopeKey(bodies.scope)}${undoing}`;
    case 'try':
      return `${bodies.phase}${JSON.stringify([bodies.caught, bodies.result])}${scopeKey(bodies.scopes.try)}${undoing}`;
    case 'map':
      return `${bodies.next},${bodies.open},${JSON.stringify(bodies.results)}${bodies.scopes.map((scope) => scope && scopeKey(scope)).join()}`;
    case 'loop':
      return `${bodies.scopes.length}${textOf(bodies.previous)}${bodies.scopes.map(scopeKey).join()}`;
  }
};

const scopeKey = ({ failed, canceled, state }: RunState['root']): string =>
  `{${failed[0] ?? ''},${canceled},${state ? JSON.stringify(state.values) : ''}}`;

const handlesOf = (state: Step['state']): string => ('handles' in state ? (state.handles ?? '') : '');

const underWay = (tries: { readonly attempt: number; readonly input: Json } | undefined): string =>
  tries ? `${tries.attempt}${textOf(tries.input)}` : '';

const stepKey = ({ state, bodies }: Step): string => {
  const { at } = state;
  switch (at) {
    case 'armed':
      return `${at}${JSON.stringify(state.awaits)}`;
    case 'completed':
      return `${at}${textOf(state.output)}`;
    case 'failed':
      return `${at}${state.failure.code}${state.failure.message}${JSON.stringify(state.handled)}`;
    case 'skipped':
      return `${at}${state.cause}`;
    default: {
      const tries = 'tries' in state ? underWay(state.tries) : '';
      return `${at}${handlesOf(state)}${tries}${bodies && at === 'inside' ? bodiesKey(bodies) : ''}`;
    }
  }
};

/** What may have to be undone, in the order in which it was done. */
const completionsOf = (state: RunState): string =>
  [...allSteps(state)]
    .filter(({ task, state: { at } }) => task.compensate && at === 'completed')
    .sort((a, b) => a.endSeq - b.endSeq)
    .map((step) => `${step.address}${state.undoable.includes(step)}`)
    .join();

/**
 * Everything that the rest of an execution depends on, as far as it can be observed: two situations with the same key have the
 * same futures. Counters of what a step has heard follow from the states of those it hears from; times stand still.
 */
export const keyOf = (situation: Situation): string => {
  const { state, deeds, setting } = situation;
  const nested: string[] = [];
  let root = '';
  const rootSteps = new Set(state.root.steps);
  for (const step of allSteps(state)) {
    if (rootSteps.has(step)) root += `${stepKey(step)};`;
    else nested.push(`${step.address}${stepKey(step)}`);
  }
  const { ending, status, listening } = state;
  return [
    status.is,
    root,
    nested.sort().join(';'),
    scopeKey(state.root),
    completionsOf(state),
    [...listening].map(({ address }) => address).join(),
    ending ? JSON.stringify([ending.as, ending.compensation?.next, ending.notice?.address]) : '',
    bearingOf(deeds.log, setting.facts),
    deeds.pending,
  ].join('|');
};
