import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { CompiledWorkflow } from '../definition.js';
import type { BodyResult, KeptOutcome, RunEvent, StepKept } from '../event.js';
import {
  allSteps,
  isReadable,
  isTerminalStep,
  isUnhandled,
  undoneBy,
  type Bodies,
  type RunState,
  type Scope,
  type Step,
} from '../fold/run-state.js';
import { assignedBy, assignedOutside } from '../fold/variables.js';
import type { IntoNew, KeptReason, Planned, Reexecution, ResetReason } from './operation.js';

type Carry = Extract<Reexecution, { is: 'carry' }>;

/** When and how often a step ran, as the journal says. */
export interface Seen {
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly attempt: number;
}

/** A history to carry over: the state at its end, and when each step ran, in the order in which they ended. */
export interface History {
  readonly state: RunState;
  readonly seen: ReadonlyMap<Address, Seen>;
}

/**
 * What a new execution takes over (semantics 23): completed steps and handled failures, with their outputs and times;
 * skips that follow from kept steps alone; constructs that were open, with what had ended in them. Everything else
 * (unhandled failures, attempts in flight, cancellations, and what came of them) runs or is decided anew. A completed
 * construct is taken over whole: its steps can not be run again one by one in the new execution.
 */
export const planCarrying = (history: History, operation: IntoNew): Carry => {
  const carrying = new Carrying(history, changedSteps(history.state, operation));
  carrying.scope(history.state.root);
  const { kept, events } = carrying;
  const reset: Planned<ResetReason>[] = [];
  for (const step of allSteps(history.state)) {
    if (step.undoes || step.isNotice || kept.has(step) || carrying.isInsideKept(step)) continue;
    const because = carrying.changed.get(step);
    if (because !== undefined) reset.push({ step: step.address, ...because });
    else if (history.seen.has(step.address)) reset.push({ step: step.address, reason: reasonOf(step) });
  }
  const inbox = history.state.inbox.map(({ id, name, payload, at }): RunEvent => ({
    type: 'event_received',
    at,
    event: id,
    name,
    payload,
  }));
  const plan = { kept: [...kept].map(([{ address }, reason]) => ({ step: address, reason })), reset, created: [] };
  const set = carrying.variablesSet(operation);
  return { is: 'carry', plan, carried: [...events, ...set, ...inbox] };
};

const reasonOf = ({ state }: Step): ResetReason => {
  if (state.at === 'canceled') return 'canceled';
  if (isUnhandled(state)) return 'failed';
  return isTerminalStep(state) ? 'after' : 'unfinished';
};

type Why = Pick<Planned<ResetReason>, 'reason' | 'because'>;

/**
 * Steps whose result does not hold any more: they read another input, or another version says something else; they were
 * undone; or they depend on such steps.
 */
const changedSteps = (state: RunState, operation: IntoNew): ReadonlyMap<Step, Why> => {
  const changed = new Map<Step, Why>();
  const mark = (step: Step, why: Why): void => {
    if (changed.has(step)) return;
    changed.set(step, why);
    markDependants(step);
  };
  const markDependants = ({ task, scope, address }: Step): void => {
    for (const index of [...task.feeds, ...task.opens]) {
      mark(scope.steps[index] as Step, { reason: 'after', because: address });
    }
  };
  for (const { undone, owner } of compensations(state)) {
    for (const step of undone) {
      mark(step, { reason: 'compensated' });
      for (let around = step.scope.owner; around && around !== owner; around = around.scope.owner)
        if (isReadable(around.state)) markDependants(around);
    }
  }
  if (operation.is === 'restore') return changed;
  const otherInput = operation.input !== undefined && canonicalJson(operation.input) !== canonicalJson(state.input);
  const other = operation.compiled;
  for (const step of state.root.steps) {
    const isOther = other !== undefined && !isSame(state.compiled, other, step.task.id);
    if (isOther || (otherInput && step.task.readsInput)) mark(step, { reason: 'changed' });
  }
  return changed;
};

interface Undoing {
  readonly undone: readonly Step[];
  /** The construct whose body it undoes; absent: the execution. */
  readonly owner: Step | undefined;
}

/** Compensations that are done anew: a construct that has completed is kept as it ended, `catch` goes on after them. */
const compensations = (state: RunState): Undoing[] => {
  const found: Undoing[] = state.ending?.compensation
    ? [{ undone: undoneBy(state.ending.compensation), owner: undefined }]
    : [];
  for (const step of allSteps(state)) {
    const { bodies } = step;
    if (step.state.at === 'completed' || !bodies || !('compensation' in bodies) || !bodies.compensation) continue;
    if (bodies.is === 'try' && bodies.caught) continue;
    found.push({ undone: undoneBy(bodies.compensation), owner: step });
  }
  return found;
};

const documentOf = ({ document }: CompiledWorkflow, id: string): Json =>
  (isJsonObject(document.tasks) ? document.tasks[id] : undefined) ?? null;

/** Whether a task says the same in both, and the same tasks may choose it. */
const isSame = (before: CompiledWorkflow, after: CompiledWorkflow, id: string): boolean => {
  const gatesOf = ({ scope }: CompiledWorkflow): string[] =>
    (scope.byId.get(id)?.gates ?? []).map((index) => scope.tasks[index]?.id ?? '').sort();
  return (
    canonicalJson(documentOf(before, id)) === canonicalJson(documentOf(after, id)) &&
    canonicalJson(gatesOf(before)) === canonicalJson(gatesOf(after))
  );
};

class Carrying {
  readonly kept = new Map<Step, KeptReason>();
  readonly events: RunEvent[] = [];
  private readonly order: ReadonlyMap<Address, number>;
  /** Completed constructs in which something was undone: they go on. */
  private readonly partly = new Set<Step>();

  constructor(
    private readonly history: History,
    readonly changed: ReadonlyMap<Step, Why>,
  ) {
    this.order = new Map([...history.seen.keys()].map((address, position) => [address, position]));
    for (const { undone, owner } of compensations(history.state)) {
      for (const step of undone) {
        for (let around = step.scope.owner; around && around !== owner; around = around.scope.owner)
          this.partly.add(around);
      }
    }
  }

  /** In the order in which they ended, so that what a skip followed from has been looked at before it. */
  scope(scope: Scope, isOver = false): void {
    const ended = scope.steps.filter((step) => this.order.has(step.address) && !this.changed.has(step));
    const place = ({ address }: Step): number => this.order.get(address) as number;
    for (const step of ended.sort((a, b) => place(a) - place(b))) this.step(step, isOver);
    if (!isOver) return;
    for (const step of scope.steps) if (step.state.at === 'canceled') this.kept.set(step, 'canceled');
  }

  /** In a body that is over all that had ended is kept. */
  private step(step: Step, isOver: boolean): void {
    const outcome = this.partly.has(step) ? undefined : outcomeOf(step);
    const isLost = outcome?.is === 'failed' && outcome.handled === undefined;
    if (outcome && (isOver || (!isLost && this.isFollowing(step)))) {
      this.kept.set(step, outcome.is !== 'failed' ? outcome.is : isLost ? 'failed' : 'handled');
      this.events.push(this.keptEvent(step, outcome));
    } else if ((!outcome || isLost) && step.bodies) this.construct(step, step.bodies);
  }

  /** What was skipped because of others is kept if all of them are; its own condition was asked without them. */
  private isFollowing({ state, task, scope }: Step): boolean {
    if (state.at !== 'skipped' || state.cause === 'condition' || state.cause === 'operator') return true;
    return [...task.needs, ...task.gates].every((index) => {
      const reason = this.kept.get(scope.steps[index] as Step);
      return reason !== undefined && reason !== 'continued';
    });
  }

  /** Something in a body was undone, or reads what is another now. */
  private isTouched({ steps }: Scope): boolean {
    return steps.some((step) => this.changed.has(step) || this.partly.has(step));
  }

  /** A construct that goes on: it is opened again, with what had ended in it. A race is run anew. */
  private construct(step: Step, bodies: Bodies): void {
    if (bodies.is === 'race') return;
    const at = this.history.seen.get(step.address)?.startedAt ?? this.history.state.startedAt;
    const about = { at, step: step.address, generation: 1 };
    const over: Json = bodies.is === 'map' ? overOf(bodies) : null;
    this.kept.set(step, 'continued');
    const first = bodies.is === 'group' ? initialOf(bodies.scope) : {};
    this.events.push({ type: 'step_opened', ...about, ...first, ...(bodies.is === 'map' && { over }) });
    if (bodies.is === 'group') this.scope(bodies.scope);
    else if (bodies.is === 'map') this.items(step, bodies);
    else if (bodies.is === 'loop') this.iterations(step, bodies);
    else this.phases(step, bodies);
  }

  private items(step: Step, bodies: Extract<Bodies, { is: 'map' }>): void {
    bodies.scopes.forEach((scope, body) => {
      const result = bodies.results[body];
      if (!scope) return;
      const about = { at: this.history.state.startedAt, step: step.address, generation: 1, body };
      this.events.push({ type: 'body_opened', ...about, ...initialOf(scope) });
      const isOver = result?.is === 'completed' && !this.isTouched(scope);
      this.scope(scope, isOver);
      if (isOver) this.events.push({ type: 'body_closed', ...about, result });
    });
  }

  private iterations(step: Step, bodies: Extract<Bodies, { is: 'loop' }>): void {
    for (const [body, scope] of bodies.scopes.entries()) {
      const about = { at: this.history.state.startedAt, step: step.address, generation: 1, body };
      const previous = scope.variables.previous ?? null;
      const result: BodyResult = { is: 'completed', output: previous };
      this.events.push({ type: 'body_opened', ...about, ...initialOf(scope), ...(body > 0 && { result }) });
      const isOver = body + 1 < bodies.scopes.length && !this.isTouched(scope);
      this.scope(scope, isOver);
      if (!isOver) return;
    }
  }

  /** Goes on in the first phase in which something is to be done again: the one that was open, or that the failure came from. */
  private phases(step: Step, bodies: Extract<Bodies, { is: 'try' }>): void {
    const { scopes, caught, result } = bodies;
    const about = { at: this.history.state.startedAt, step: step.address, generation: 1 };
    const isOver = (scope: Scope): boolean => {
      if (this.isTouched(scope)) return false;
      if (scope === scopes.try && scopes.catch && caught) return true;
      // What led to `finally` runs again unless it is what the step comes to.
      return scopes.finally !== undefined && result?.is === 'completed';
    };
    const goOn = (scope: Scope): boolean => {
      this.scope(scope, isOver(scope));
      return isOver(scope);
    };
    if (!goOn(scopes.try)) return;
    if (scopes.catch && caught) {
      this.undone(step, bodies);
      this.events.push({ type: 'body_opened', ...about, body: 'catch', result: caught });
      if (!goOn(scopes.catch)) return;
    }
    if (!scopes.finally || result?.is !== 'completed') return;
    this.events.push({ type: 'body_opened', ...about, body: 'finally', result });
    this.scope(scopes.finally);
  }

  /** What was undone before `catch` stays so. */
  private undone({ address }: Step, { compensation }: Extract<Bodies, { is: 'try' }>): void {
    // Of a construct that is taken over whole there are no steps.
    const steps = compensation?.steps.filter(({ undoes }) => undoes && this.kept.has(undoes)) ?? [];
    if (steps.length === 0) return;
    const undo = steps.flatMap(({ undoes }) => undoes?.address ?? []);
    this.events.push({ type: 'compensation_started', at: this.history.state.startedAt, within: address, undo });
    for (const step of steps) {
      const outcome = outcomeOf(step);
      if (outcome) this.events.push(this.keptEvent(step, outcome));
    }
  }

  private keptEvent(step: Step, outcome: KeptOutcome): StepKept {
    const seen = this.history.seen.get(step.address);
    const endedAt = seen?.endedAt ?? this.history.state.startedAt;
    const set = assignedBy(step);
    return {
      type: 'step_kept',
      at: endedAt,
      step: step.address,
      generation: 1,
      attempt: seen?.attempt ?? 0,
      outcome,
      ...(set && { set }),
      ...(seen?.startedAt !== undefined && { started_at: seen.startedAt }),
      ended_at: endedAt,
    };
  }

  /** What was assigned from outside and holds; a variable that another version does not have any more is left out. */
  variablesSet(operation: IntoNew): RunEvent[] {
    const { state } = this.history;
    const { variables } = ((operation.is === 'fork' && operation.compiled) || state.compiled).scope;
    const set = assignedOutside(state, (step) => this.stays(step));
    const values = Object.fromEntries(Object.entries(set).filter(([name]) => variables?.names.has(name)));
    return Object.keys(values).length === 0 ? [] : [{ type: 'variables_set', at: state.startedAt, values }];
  }

  /** Whether what the step has assigned is taken over. */
  private stays(step: Step): boolean {
    const reason = this.kept.get(step);
    return (reason !== undefined && reason !== 'continued') || this.isInsideKept(step);
  }

  /** Whether the step lies in a construct that is kept as it ended. */
  isInsideKept(step: Step): boolean {
    for (let { owner } = step.scope; owner; owner = owner.scope.owner) {
      const reason = this.kept.get(owner);
      if (reason !== undefined && reason !== 'continued') return true;
    }
    return false;
  }
}

const initialOf = ({ state }: Scope): { readonly variables?: JsonObject } =>
  state ? { variables: state.initial } : {};

const overOf = (bodies: Extract<Bodies, { is: 'map' }>): Json => {
  const isList = bodies.items.every(({ key }, position) => key === position);
  if (isList) return bodies.items.map(({ value }) => value);
  return Object.fromEntries(
    bodies.items.map(({ key, value }) => [key, isJsonObject(value) ? (value.value ?? null) : null]),
  );
};

const outcomeOf = ({ state }: Step): KeptOutcome | undefined => {
  switch (state.at) {
    case 'completed':
      return { is: 'completed', output: state.output };
    case 'failed':
      return { is: 'failed', failure: state.failure, ...(state.handled !== undefined && { handled: state.handled }) };
    case 'skipped':
      return { is: 'skipped', cause: state.cause, ...(state.because !== undefined && { because: state.because }) };
    default:
      return undefined;
  }
};
