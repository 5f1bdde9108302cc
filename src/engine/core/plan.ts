import type { Instant, JsonObject } from '../../kernel/index.js';
import type { Address } from './address.js';
import type { SecretSlot } from './secret.js';
import type { RunState, Step } from './run-state.js';

/** What the driver has to do, after the commit of what was decided. */
export type Order =
  /** Ask for a slot and send `begin`; not before `notBefore` when that is given. */
  | {
      readonly is: 'ready';
      readonly step: Address;
      readonly generation: number;
      readonly priority: number;
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
      readonly firstStartedAt: Instant;
      /** Send `expire` then. */
      readonly deadline: Instant | undefined;
    }
  /** Abort this attempt; its result no longer counts. */
  | { readonly is: 'stop'; readonly step: Address; readonly generation: number; readonly attempt: number };

export type ReadyOrder = Extract<Order, { is: 'ready' }>;
export type RunOrder = Extract<Order, { is: 'run' }>;

const readyOrder = (step: Step, notBefore: Instant | undefined): Order => ({
  is: 'ready',
  step: step.address,
  generation: step.generation,
  priority: step.task.priority,
  notBefore,
});

const orderFor = (step: Step, paused: boolean): Order | undefined => {
  const { state, task } = step;
  switch (state.at) {
    case 'ready':
      return paused ? undefined : readyOrder(step, undefined);
    case 'backing-off':
      return paused ? undefined : readyOrder(step, state.until);
    case 'running': {
      const { attempt, input, secrets, firstStartedAt } = state.tries;
      if (task.work.is !== 'task') return undefined;
      const { type } = task.work;
      const about = { step: step.address, generation: step.generation, attempt };
      return { is: 'run', ...about, type, input, secrets, firstStartedAt, deadline: state.deadline };
    }
    default:
      return undefined;
  }
};

/**
 * The orders that follow from what changed since the last call; the next call starts from here. While paused nothing
 * is made ready; resuming touches every live step. A `run` order may come again for an attempt that already runs
 * (after a resume): the driver knows its attempts by (step, generation, attempt).
 */
export const plan = (state: RunState): Order[] => {
  const orders: Order[] = state.stopped.map((attempt) => ({ is: 'stop', ...attempt }));
  state.stopped = [];
  const paused = state.status.is === 'paused';
  for (const step of state.touched) {
    const order = orderFor(step, paused);
    if (order) orders.push(order);
  }
  state.touched.clear();
  return orders;
};
