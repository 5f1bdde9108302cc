import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { CompiledScope, LoopWork, MapWork, TryWork } from '../definition.js';
import type { BodyClosed, BodyKey, BodyOpened, BodyResult, StepOpened } from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import {
  newScope,
  type Bodies,
  type MapBodies,
  type MapItem,
  type RunState,
  type Scope,
  type Step,
} from './run-state.js';
import { beginVariables } from './variables.js';
import { cancelScope, handles, move, resolve } from './transition.js';

/* The fold of what begins and ends the bodies of constructs. */

/** The items that a map goes over, by position. */
export const mapItems = (over: Json | undefined): readonly MapItem[] => {
  if (Array.isArray(over)) return (over as Json[]).map((value, key) => ({ key, value }));
  if (!isJsonObject(over)) return [];
  return Object.entries(over).map(([key, value]) => ({ key, value: { key, value } }));
};

/** A construct begins, and its first body with it unless it is a map or a loop. */
export const openStep = (state: RunState, step: Step, event: StepOpened): void => {
  const { work } = step.task;
  move(state, step, { at: 'inside', startedAt: event.at, deadline: event.deadline, handles: handles(step) });
  switch (work.is) {
    case 'group':
      step.bodies = {
        is: 'group',
        scope: beginBody(state, step, { definition: work.body, initial: event.variables }),
        compensation: undefined,
      };
      return;
    case 'race': {
      const scope = beginBody(state, step, { definition: work.body });
      step.bodies = { is: 'race', scope, winner: undefined, compensation: undefined };
      return;
    }
    case 'try': {
      const scope = beginBody(state, step, { definition: work.body, key: 'try' });
      step.bodies = {
        is: 'try',
        phase: 'try',
        scopes: { try: scope },
        caught: undefined,
        result: undefined,
        compensation: undefined,
      };
      return;
    }
    case 'map':
      step.bodies = mapBodies(mapItems(event.over));
      break;
    case 'loop':
      step.bodies = { is: 'loop', scopes: [], previous: null };
      break;
    default:
      throw new JournalDamaged(`${step.address} has no bodies to open`);
  }
  state.advancing.add(step);
};

const mapBodies = (items: readonly MapItem[]): MapBodies => ({
  is: 'map',
  items,
  scopes: Array.from({ length: items.length }),
  results: Array.from({ length: items.length }),
  open: 0,
  next: 0,
  failed: 0,
});

/** A further body begins. */
export const openBody = (state: RunState, step: Step, event: BodyOpened): void => {
  const { work } = step.task;
  if (step.state.at !== 'inside') throw new JournalDamaged(`${step.address} is ${step.state.at}, not open`);
  state.touched.add(step);
  if (work.is === 'try') return openPhase(state, { step, work }, event);
  if (work.is === 'map') return openItem(state, { step, work }, event);
  if (work.is === 'loop') return openIteration(state, { step, work }, event);
  throw new JournalDamaged(`${step.address} has no further bodies`);
};

const bodiesOf = <K extends Bodies['is']>(step: Step, is: K): Extract<Bodies, { is: K }> => {
  if (step.bodies?.is !== is) throw new JournalDamaged(`${step.address} is no ${is} that has begun`);
  return step.bodies as Extract<Bodies, { is: K }>;
};

interface Of<W> {
  readonly step: Step;
  readonly work: W;
}

const openPhase = (state: RunState, { step, work }: Of<TryWork>, { body, result }: BodyOpened): void => {
  const bodies = bodiesOf(step, 'try');
  const before = bodies.scopes[bodies.phase];
  if (before) cancelScope(state, before);
  if (body === 'catch' && work.catch && result?.is === 'failed') {
    const variables = { ...step.scope.variables, error: errorOf(result) };
    bodies.phase = body;
    bodies.caught = result;
    bodies.scopes.catch = beginBody(state, step, { definition: work.catch, key: body, variables });
  } else if (body === 'finally' && work.finally) {
    bodies.phase = body;
    bodies.result = result;
    bodies.scopes.finally = beginBody(state, step, { definition: work.finally, key: body });
  } else throw new JournalDamaged(`${step.address} has no body ${body}`);
};

/** What expressions see of a failure. */
export const errorOf = ({ failure, step }: Extract<BodyResult, { is: 'failed' }>): JsonObject => ({
  ...failure,
  ...(step !== undefined && { step }),
});

const openItem = (state: RunState, { step, work }: Of<MapWork>, { body, variables: initial }: BodyOpened): void => {
  const bodies = bodiesOf(step, 'map');
  const item = typeof body === 'number' ? bodies.items[body] : undefined;
  if (!item) throw new JournalDamaged(`${step.address} has no item ${body}`);
  const variables = itemVariables(step, work, { item, index: body as number });
  bodies.scopes[body as number] = beginBody(state, step, { definition: work.body, key: body, variables, initial });
  bodies.open += 1;
  while (bodies.next < bodies.items.length && hasBegun(bodies, bodies.next)) bodies.next += 1;
};

/** What the body of a map sees beside what is around it. */
export const itemVariables = (
  step: Step,
  { as }: MapWork,
  { item, index }: { readonly item: MapItem; readonly index: number },
): JsonObject => ({ ...step.scope.variables, [as]: item.value, index });

/** Whether an item has begun or needs not to. */
export const hasBegun = (bodies: MapBodies, position: number): boolean =>
  bodies.scopes[position] !== undefined || bodies.results[position] !== undefined;

const openIteration = (
  state: RunState,
  { step, work }: Of<LoopWork>,
  { body, result, variables: initial }: BodyOpened,
): void => {
  const bodies = bodiesOf(step, 'loop');
  if (body !== bodies.scopes.length) throw new JournalDamaged(`${step.address} is not at iteration ${body}`);
  const before = bodies.scopes.at(-1);
  if (before) cancelScope(state, before);
  bodies.previous = result?.is === 'completed' ? result.output : null;
  const variables = { ...step.scope.variables, index: body, previous: bodies.previous };
  bodies.scopes.push(beginBody(state, step, { definition: work.body, key: body, variables, initial }));
};

/** An item of a map is over. */
export const closeBody = (state: RunState, step: Step, { body, result }: BodyClosed): void => {
  const bodies = bodiesOf(step, 'map');
  const scope = bodies.scopes[body];
  if (!scope || bodies.results[body]) throw new JournalDamaged(`${step.address} has no open item ${body}`);
  cancelScope(state, scope);
  bodies.results[body] = result;
  bodies.open -= 1;
  if (result.is === 'failed') bodies.failed += 1;
  state.advancing.add(step);
};

interface Body {
  readonly definition: CompiledScope;
  readonly key?: BodyKey;
  readonly variables?: JsonObject;
  /** First values of its variables. */
  readonly initial?: JsonObject | undefined;
}

const bodyAddress = (step: Step, key: BodyKey | undefined): string => {
  if (key === undefined) return step.address;
  if (typeof key === 'string') return `${step.address}/${key}`;
  const name = step.bodies?.is === 'map' ? step.bodies.items[key]?.key : key;
  return `${step.address}[${JSON.stringify(name)}]`;
};

const beginBody = (state: RunState, step: Step, { definition, key, variables, initial }: Body): Scope => {
  const scope = newScope(definition, {
    address: bodyAddress(step, key),
    generation: state.generation,
    owner: step,
    ...(key !== undefined && { key }),
    variables: variables ?? step.scope.variables,
  });
  beginVariables(scope, initial);
  for (const inner of scope.steps) state.nested.set(inner.address, inner);
  for (const inner of scope.steps) resolve(state, inner);
  return scope;
};
