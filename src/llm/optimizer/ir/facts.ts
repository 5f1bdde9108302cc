import { canonicalJson, contentHash, isJsonObject, type Json } from '../../../kernel/index.js';
import type { CompiledTask, Effects, Template } from '../../../engine/core/index.js';

/**
 * What is being done: the type of a task, `http/request`; of a call of a component also which of its actions, as
 * `tekton/action rhetor.generate_text`.
 */
export type ActionName = string;

/**
 * What is known of actions beyond the definition that uses them: what an operator stated, and what a person confirmed
 * once. Nothing that a model said is in here. A certificate names the facts that it rests on by their hash.
 */
export interface Facts {
  /** By action. Goes before what the type of a task states, not before what a task itself states. */
  readonly effects: Readonly<Record<ActionName, Effects>>;
  /** Pairs of actions whose order is of no consequence. */
  readonly commuting: readonly (readonly [ActionName, ActionName])[];
  /** Pairs of siblings of this workflow that a person let run at the same time, by the path of their scope. */
  readonly unordered: readonly { readonly scope: string; readonly tasks: readonly [string, string] }[];
}

export const NO_FACTS: Facts = { effects: {}, commuting: [], unordered: [] };

export const hashOfFacts = (facts: Facts): string =>
  contentHash(canonicalJson(JSON.parse(JSON.stringify(facts)) as Json));

/** The type that calls Tekton components: what it does depends on component and action, which are part of its input. */
const COMPONENT_TASK = 'tekton/action';

/** Types that are used for the time they take: an order that they stand in is never without a reason. */
const PACING: ReadonlySet<string> = new Set(['core/delay']);

/** The action of a task of a plugin; undefined: it is a construct, or its component or action is worked out at the call. */
export const actionOf = ({ work }: CompiledTask): ActionName | undefined => {
  if (work.is !== 'task') return undefined;
  if (work.type !== COMPONENT_TASK) return work.type;
  const component = constantOf(work.input, 'component');
  const action = constantOf(work.input, 'action');
  return component === undefined || action === undefined ? undefined : `${work.type} ${component}.${action}`;
};

/**
 * What a task of a plugin does to the world. What undoes it later counts as a write, since the order of undoing is that of
 * completion.
 */
export const effectsOf = (task: CompiledTask, facts: Facts): Effects => {
  if (task.compensate) return 'write';
  if (task.ownEffects) return task.effects;
  const action = actionOf(task);
  return (action !== undefined && facts.effects[action]) || task.effects;
};

/** Whether a task is there for the time that it takes. */
export const paces = ({ work }: CompiledTask): boolean => work.is === 'task' && PACING.has(work.type);

/** Whether the order of two actions is of no consequence, whatever their effects: somebody said so. */
export const commute = (a: ActionName, b: ActionName, { commuting }: Facts): boolean =>
  commuting.some(([one, other]) => (one === a && other === b) || (one === b && other === a));

const constantOf = (input: Template, field: string): string | undefined => {
  if (input.is === 'constant') {
    return isJsonObject(input.value) ? textOf(input.value[field]) : undefined;
  }
  if (input.is !== 'object') return undefined;
  const entry = input.entries.find(([key]) => key === field)?.[1];
  return entry?.is === 'constant' ? textOf(entry.value) : undefined;
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
