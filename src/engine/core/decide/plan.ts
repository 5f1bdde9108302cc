import type { Instant, Json, JsonObject, Uuid } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { SecretSlot } from '../secret.js';
import type { Limit } from '../definition.js';
import { isTerminalStep, scopesAround, type RecordedResult, type RunState, type Step } from '../fold/run-state.js';

/** What the driver has to do, after the commit of what was decided. */
export type Order =
  /** Ask for a slot and send `begin`; not before `notBefore` when that is given. */
  | {
      readonly is: 'ready';
      readonly step: Address;
      readonly generation: number;
      readonly priority: number;
      /** All of them must have room. */
      readonly limits: readonly Limit[];
      /** Ask for a result under this key first, and send `recall` when there is one. */
      readonly cacheKey: string | undefined;
      readonly notBefore: Instant | undefined;
    }
  /** Run this attempt. */
  | {
      readonly is: 'run';
      readonly step: Address;
      readonly generation: number;
      readonly attempt: number;
      readonly type: string;
      readonly input: JsonObject;
      readonly secrets: readonly SecretSlot[];
      /** Names of credentials by slot. */
      readonly credentials: Readonly<Record<string, string>> | undefined;
      readonly firstStartedAt: Instant;
      /** What attempts before it did once and for all. */
      readonly results: readonly RecordedResult[];
      /** Send `fail` with a timeout when the attempt gives no sign of life for so long, ms. */
      readonly heartbeat: number | undefined;
      /** Send `expire` then. */
      readonly deadline: Instant | undefined;
    }
  /** Send `elapse` then. */
  | { readonly is: 'wake'; readonly step: Address; readonly generation: number; readonly at: Instant }
  /** Look for events that were given to all since then, oldest first, and send `recollect` with them while the step waits. */
  | {
      readonly is: 'look-back';
      readonly step: Address;
      readonly generation: number;
      readonly name: string;
      readonly since: Instant;
    }
  /** The step waits for nothing any more. */
  | { readonly is: 'disarm'; readonly step: Address }
  /** Start this execution unless it is there, and send `child` when it has started and, if awaited, when it has ended. */
  | {
      readonly is: 'start-child';
      readonly step: Address;
      readonly generation: number;
      readonly execution: Uuid;
      readonly workflow: { readonly name: string; readonly version: string | undefined };
      readonly input: Json;
      readonly awaited: boolean;
    }
  /** Cancel this execution: nobody waits for it any more. */
  | { readonly is: 'cancel-child'; readonly execution: Uuid }
  /** Abort this attempt; its result no longer counts. */
  | { readonly is: 'stop'; readonly step: Address; readonly generation: number; readonly attempt: number };

export type ReadyOrder = Extract<Order, { is: 'ready' }>;
export type LookBackOrder = Extract<Order, { is: 'look-back' }>;
export type ChildOrder = Extract<Order, { is: 'start-child' }>;
export type RunOrder = Extract<Order, { is: 'run' }>;

const readyOrder = (state: RunState, step: Step, notBefore: Instant | undefined): Order => ({
  is: 'ready',
  step: step.address,
  generation: step.generation,
  priority: step.task.priority,
  limits: limitsOf(state, step),
  cacheKey: 'ready' in step.state ? step.state.ready?.cacheKey : undefined,
  notBefore,
});

const NO_LIMITS: readonly Limit[] = [];

/** Of a step that is ready, backs off or runs: its own limit, those of the groups around, and that of the workflow. */
export const limitsOf = (state: RunState, step: Step): readonly Limit[] => {
  const own = 'ready' in step.state ? step.state.ready?.limit : undefined;
  const { concurrency } = state.compiled;
  if (!own && concurrency === undefined && !step.scope.owner) return NO_LIMITS;
  const limits: Limit[] = own ? [own] : [];
  for (const { owner } of scopesAround(step)) {
    const work = owner?.task.work;
    if (work?.is !== 'group' || work.concurrency === undefined) continue;
    limits.push({ key: `${state.execution}${owner?.address ?? ''}`, concurrency: work.concurrency });
  }
  if (concurrency !== undefined) limits.push({ key: `workflow ${state.workflow.id}`, concurrency });
  return limits;
};

const ordersFor = (orders: Order[], step: Step, run: RunState): void => {
  const paused = run.status.is === 'paused';
  const { state, task } = step;
  switch (state.at) {
    case 'ready':
      if (!paused) orders.push(readyOrder(run, step, undefined));
      return;
    case 'backing-off':
      if (!paused) orders.push(readyOrder(run, step, state.until));
      return;
    case 'running': {
      const { attempt, input, secrets, firstStartedAt, results } = state.tries;
      if (task.work.is !== 'task') return;
      orders.push({
        is: 'run',
        step: step.address,
        generation: step.generation,
        attempt,
        type: task.work.type,
        input,
        secrets,
        credentials: task.work.credentials,
        firstStartedAt,
        results,
        heartbeat: task.heartbeat,
        deadline: state.deadline,
      });
      return;
    }
    case 'inside':
      if (!paused) wake(orders, step, state.deadline);
      return;
    case 'armed':
      if (!paused) wake(orders, step, state.until);
      startChild(orders, step);
      lookBack(orders, step);
      return;
    default:
      if (isTerminalStep(state) && task.work.is !== 'task' && task.work.is !== 'switch') {
        orders.push({ is: 'disarm', step: step.address });
      }
  }
};

const wake = (orders: Order[], { address, generation }: Step, at: Instant | undefined): void => {
  if (at !== undefined) orders.push({ is: 'wake', step: address, generation, at });
};

const startChild = (orders: Order[], { state, task, address, generation }: Step): void => {
  if (state.at !== 'armed' || state.awaits.is !== 'workflow' || task.work.is !== 'workflow') return;
  const { execution, name, version, input } = state.awaits;
  const workflow = { name, version };
  orders.push({ is: 'start-child', step: address, generation, execution, workflow, input, awaited: task.work.wait });
};

const lookBack = (orders: Order[], { state, address, generation }: Step): void => {
  if (state.at !== 'armed' || state.awaits.is !== 'event' || state.awaits.since === undefined) return;
  const { name, since } = state.awaits;
  orders.push({ is: 'look-back', step: address, generation, name, since });
};

/**
 * The orders that follow from what changed since the last call; the next call starts from here. While paused nothing
 * is made ready; resuming touches every live step. A `run` order may come again for an attempt that already runs
 * (after a resume): the driver knows its attempts by (step, generation, attempt).
 */
export const plan = (state: RunState): Order[] => {
  const orders: Order[] = [];
  for (const attempt of state.stopped.splice(0)) orders.push({ is: 'stop', ...attempt });
  for (const execution of state.orphans.splice(0)) orders.push({ is: 'cancel-child', execution });
  for (const step of state.touched) {
    ordersFor(orders, step, state);
  }
  state.touched.clear();
  return orders;
};
