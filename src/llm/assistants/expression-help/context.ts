import {
  reachOf,
  typeName,
  type CompiledWorkflow,
  type ComponentDirectory,
  type Reach,
  type TaskCatalogue,
  type Type,
} from '../../../engine/core/index.js';
import { fault, HarmoniaError, type Json, type JsonObject } from '../../../kernel/index.js';

/** Where an expression is to stand, and what it may use there. */
export interface ExpressionContext {
  /** Undefined: no workflow was named; what exists nobody can say. */
  readonly reach: Reach | undefined;
  /** Root names beside `tasks`. */
  readonly names: ReadonlySet<string>;
  readonly task: string | undefined;
}

/** What every expression may use, and what some may: no workflow says which. */
const ANYWHERE = ['input', 'workflow', 'execution', 'state', 'error', 'item', 'index', 'previous', 'event', 'output'];
/** In the `match` of an event wait, in `set` and `compensate`: whoever asks may mean one of those places. */
const IN_PLACES = ['event', 'output'];

/** Throws `validation_error` for a task that is not there. */
export const contextOf = (
  compiled: CompiledWorkflow | undefined,
  task: string | undefined,
  known: {
    readonly catalogue: TaskCatalogue;
    readonly components?: ComponentDirectory | undefined;
    readonly sampled: readonly string[];
  },
): ExpressionContext => {
  if (!compiled) return { reach: undefined, names: new Set([...ANYWHERE, ...known.sampled]), task };
  const { scope, document } = compiled;
  const { catalogue, components } = known;
  const reach = reachOf({ scope, document, catalogue, components }, task);
  if (!reach) {
    const faults = [fault('wrong_type', '/task', { expected: 'the path of a task of the workflow: /each/fetch' })];
    throw new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults });
  }
  const placed = IN_PLACES.filter((name) => known.sampled.includes(name));
  return { reach, names: new Set([...reach.names, ...placed]), task };
};

/** Fields and tasks that are named. */
const MOST = 200;

export const fieldsOf = (type: Type | undefined): readonly string[] =>
  !type || type.is === 'any' ? [] : type.alternatives.flatMap((one) => (one.kind === 'object' ? one.fields.names : []));

/** The type of a field; undefined: nothing is known of it. */
export const fieldType = (type: Type | undefined, name: string): Type | undefined => {
  if (!type || type.is === 'any') return undefined;
  const [object] = type.alternatives.flatMap((one) => (one.kind === 'object' ? [one.fields] : []));
  return object?.field(name).type;
};

const shape = (type: Type | undefined): JsonObject => ({
  type: type ? typeName(type) : 'anything',
  fields: fieldsOf(type)
    .slice(0, MOST)
    .map((name) => ({ name, type: typeName(fieldType(type, name) ?? { is: 'any' }) })),
});

/** What is in reach, in the words of the API. */
export const contextWords = ({ reach, names, task }: ExpressionContext): JsonObject => {
  const views = reach?.types.get('tasks');
  const tasks = reach?.tasks ?? [];
  return {
    task: task ?? null,
    names: [...names].sort().map((name): Json => ({ name, ...shape(reach?.types.get(name)) })),
    tasks: tasks
      .filter(({ mayBeRead }) => mayBeRead)
      .slice(0, MOST)
      .map(({ id, mayMiss }) => ({
        id,
        output: shape(fieldType(fieldType(views, id), 'output')),
        may_have_none: mayMiss,
      })),
    out_of_reach: tasks
      .filter(({ mayBeRead }) => !mayBeRead)
      .slice(0, MOST)
      .map(({ id }) => id),
  };
};
