import {
  COMPONENT_TASK_TYPE,
  findStep,
  limitsOf,
  type Limit,
  type ReadyOrder,
  type RunState,
  type Step,
} from '../core/index.js';

/**
 * Attempts at the same time in this process by task type, `http/request`, or by component, `tekton/action:sophia`. A
 * component whose name an expression gives counts for its type only, since it is not known before an attempt begins.
 */
export class TaskLimits {
  private readonly bounds: ReadonlyMap<string, number>;

  constructor(bounds: Readonly<Record<string, number>> = {}) {
    this.bounds = new Map(Object.entries(bounds));
  }

  /** The order with the limits of this process. */
  addTo(order: ReadyOrder, state: RunState): ReadyOrder {
    if (this.bounds.size === 0) return order;
    const step = findStep(state, order.step);
    const limits = step ? this.boundsOf(step) : [];
    return limits.length === 0 ? order : { ...order, limits: [...order.limits, ...limits] };
  }

  /** All limits of the steps that run, by address. */
  *running(state: RunState, steps: Iterable<Step>): Iterable<readonly [string, readonly Limit[]]> {
    for (const step of steps) {
      if (step.state.at === 'running') yield [step.address, [...limitsOf(state, step), ...this.boundsOf(step)]];
    }
  }

  private boundsOf({ task: { work } }: Step): readonly Limit[] {
    if (work.is !== 'task' || this.bounds.size === 0) return [];
    const component = work.type === COMPONENT_TASK_TYPE ? componentOf(work.input) : undefined;
    const keys = component === undefined ? [work.type] : [work.type, `${work.type}:${component}`];
    return keys.flatMap((key) => {
      const concurrency = this.bounds.get(key);
      // Keys of workflows are JSON texts or begin with a UUID or "workflow".
      return concurrency === undefined ? [] : [{ key: `task ${key}`, concurrency }];
    });
  }
}

type Input = Extract<Step['task']['work'], { is: 'task' }>['input'];

const componentOf = (input: Input): string | undefined => {
  if (input.is === 'constant') return textAt(input.value, 'component');
  const entry = input.is === 'object' ? input.entries.find(([name]) => name === 'component')?.[1] : undefined;
  return entry?.is === 'constant' && typeof entry.value === 'string' ? entry.value : undefined;
};

const textAt = (value: unknown, field: string): string | undefined => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  const text: unknown = (value as Record<string, unknown>)[field];
  return typeof text === 'string' ? text : undefined;
};
