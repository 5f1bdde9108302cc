import type { Json, JsonObject } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import {
  everyScope,
  findStep,
  scopesAround,
  type RunState,
  type Scope,
  type ScopeState,
  type Step,
} from './run-state.js';

/** Gives a scope the variables that its definition names. */
export const beginVariables = (scope: Scope, initial: JsonObject | undefined): void => {
  if (scope.definition.variables) scope.state = { initial: initial ?? {}, assigned: [], values: initial ?? {} };
};

const assign = (state: ScopeState, by: Step | undefined, values: JsonObject): void => {
  state.assigned.push({ by, values });
  state.values = { ...state.values, ...values };
};

/** Each variable belongs to the nearest scope around that has one of that name. */
export const assignFrom = (step: Step, set: JsonObject): void => {
  const left = { ...set };
  for (const scope of scopesAround(step)) {
    const { state, definition } = scope;
    if (!state) continue;
    const own = Object.entries(left).filter(([name]) => definition.variables?.names.has(name));
    for (const [name] of own) delete left[name];
    if (own.length > 0) assign(state, step, Object.fromEntries(own));
  }
};

/** Somebody outside assigns variables of the workflow. */
export const assignFromOutside = ({ root }: RunState, values: JsonObject): void => {
  if (root.state) assign(root.state, undefined, values);
};

/** After a re-execution has reset steps: what they had assigned is gone. */
export const recallVariables = (run: RunState, { state }: Scope): void => {
  if (!state) return;
  const isThere = (step: Step): boolean => step.state.at === 'completed' && findStep(run, step.address) === step;
  const stays = state.assigned.filter(({ by }) => by === undefined || isThere(by));
  state.assigned.splice(0, state.assigned.length, ...stays);
  state.values = Object.assign({}, state.initial, ...stays.map(({ values }) => values)) as JsonObject;
};

/**
 * What a step, or one in it, has assigned in the scopes around it. Without what somebody else assigned after that and
 * before the step ended: where both are taken over in the order of their ends, that stays.
 */
export const assignedBy = (step: Step): JsonObject | undefined => {
  const isOwn = (by: Step): boolean => by === step || [...scopesAround(by)].some(({ owner }) => owner === step);
  const set = new Map<string, Json>();
  for (const { state } of scopesAround(step)) {
    for (const { by, values } of state?.assigned ?? []) {
      if (by === undefined) continue;
      for (const [name, value] of Object.entries(values)) {
        if (isOwn(by)) set.set(name, value);
        else if (by.endSeq < step.endSeq) set.delete(name);
      }
    }
  }
  return set.size === 0 ? undefined : Object.fromEntries(set);
};

/** What variables of the workflow are since somebody outside assigned them last, of all steps only those that stay looked at. */
export const assignedOutside = ({ root }: RunState, stays: (step: Step) => boolean): JsonObject => {
  const set = new Map<string, Json>();
  for (const { by, values } of root.state?.assigned ?? []) {
    for (const [name, value] of Object.entries(values)) {
      if (!by) set.set(name, value);
      else if (stays(by)) set.delete(name);
    }
  }
  return Object.fromEntries(set);
};

/** Variables of the workflow, and of bodies that have begun and have some. */
export interface Variables {
  readonly workflow: JsonObject;
  readonly bodies: readonly { readonly address: Address; readonly values: JsonObject }[];
}

export const variablesOf = (run: RunState): Variables => ({
  workflow: run.root.state?.values ?? {},
  bodies: [...everyScope(run)].flatMap(({ owner, address, state }) =>
    owner && state ? [{ address, values: state.values }] : [],
  ),
});

/** The variables that a scope sees: its own, and those of the scopes around. */
export const variablesAround = (scope: Scope): JsonObject | undefined => {
  let seen: JsonObject | undefined;
  for (let around: Scope | undefined = scope; around; around = around.owner?.scope) {
    if (around.state) seen = { ...around.state.values, ...seen };
  }
  return seen;
};
