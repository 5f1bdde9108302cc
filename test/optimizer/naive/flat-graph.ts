import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import { effectsOf, placesOf, type Facts } from '../../../src/llm/optimizer/ir/index.js';

/** A workflow of one scope as a graph. */
export interface FlatGraph {
  readonly tasks: ReadonlyMap<string, CompiledTask>;
  /** All that is before a task. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly written: ReadonlyMap<string, JsonObject>;
  readonly output: Json | undefined;
  readonly leaves: readonly string[];
}

export const flatGraph = ({ scope, document }: CompiledWorkflow): FlatGraph => {
  const before = new Map<string, Set<string>>();
  const visit = (task: CompiledTask): Set<string> => {
    const known = before.get(task.id);
    if (known) return known;
    const all = new Set<string>();
    before.set(task.id, all);
    for (const index of [...task.needs, ...task.gates]) {
      const need = scope.tasks[index] as CompiledTask;
      all.add(need.id);
      for (const other of visit(need)) all.add(other);
    }
    return all;
  };
  scope.tasks.forEach(visit);
  const tasks = new Map(scope.tasks.map((task) => [task.id, task]));
  const written = new Map(Object.entries(document.tasks as Record<string, JsonObject>));
  return { tasks, before, written, output: document.output, leaves: scope.leaves.map(({ id }) => id) };
};

const PLAIN_FIELDS: ReadonlySet<string> = new Set(['type', 'input', 'depends_on']);
const PLAIN_HEADER: ReadonlySet<string> = new Set(['name', 'output', 'tasks']);

/** Nothing but tasks of plugins, each with an input and edges. */
export const isFlat = (workflow: CompiledWorkflow): boolean =>
  placesOf(workflow).scopes.length === 1 &&
  Object.keys(workflow.document).every((field) => PLAIN_HEADER.has(field)) &&
  Object.values(workflow.document.tasks as JsonObject).every(
    (task) => isJsonObject(task) && 'type' in task && Object.keys(task).every((field) => PLAIN_FIELDS.has(field)),
  );

const REFERENCE = /\btasks\.([A-Za-z_]\w*)/g;

/** A text with each id that it reads replaced. */
export const replaced = (text: string, by: (id: string) => string): string =>
  text.replaceAll(REFERENCE, (_, id: string) => `tasks.${by(id)}`);

/** What a task is, but for its edges. */
export const wordsOf = (graph: FlatGraph, id: string, by: (id: string) => string = (own) => own): string => {
  const { depends_on: _edges, ...rest } = graph.written.get(id) ?? {};
  return replaced(canonicalJson(rest), by);
};

/** What a task is, with what it reads in place of names. */
export const termOf = (graph: FlatGraph, id: string): string =>
  wordsOf(graph, id, (other) => `(${termOf(graph, other)})`);

export const isPure = (graph: FlatGraph, id: string, facts: Facts): boolean =>
  effectsOf(graph.tasks.get(id) as CompiledTask, facts) === 'pure';
