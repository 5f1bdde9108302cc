import { Chance, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { compiled } from '../catalogue.js';
import { documentOf, idOf, type Graph } from '../graphs/graph.js';
import { improved } from '../improved.js';

/** What was planted, what of it was found, and what else was said to be one. */
export interface Found {
  readonly injected: number;
  readonly found: number;
  readonly falseAlarms: number;
}

type Tasks = Record<string, JsonObject>;

const tasksOf = (document: JsonObject): Tasks => ({ ...(document.tasks as Tasks) });

/** A pure task once more under another name, which some of those that read the first now read instead. */
const duplicate = (
  graph: Graph,
  count: number,
  chance: Chance,
): { document: JsonObject; twins: Map<string, string> } => {
  const document = documentOf(graph);
  const tasks = tasksOf(document);
  const twins = new Map<string, string>();
  const readers = (at: number): number[] =>
    graph.steps.flatMap(({ reads }, reader) => (reads.includes(at) ? [reader] : []));
  const fit = graph.steps.flatMap(({ effects }, at) => (effects === 'pure' && readers(at).length > 0 ? [at] : []));
  for (let n = 0; n < count && fit.length > 0; n++) {
    const [at] = fit.splice(chance.below(fit.length), 1) as [number];
    const [id, twin] = [idOf(graph, at), `${idOf(graph, at)}_twin`];
    tasks[twin] = tasks[id] as JsonObject;
    twins.set(twin, id);
    const all = readers(at);
    const moved = all.filter((_, index) => index === 0 || chance.happens(0.5)).map((reader) => idOf(graph, reader));
    // Who is a twin already reads what its original reads.
    for (const reader of moved.flatMap((one) => [one, `${one}_twin`])) {
      if (!tasks[reader]) continue;
      const text = JSON.stringify(tasks[reader]).replaceAll(`tasks.${id}.output`, `tasks.${twin}.output`);
      tasks[reader] = JSON.parse(text) as JsonObject;
    }
  }
  return { document: { ...document, tasks }, twins };
};

export const findDuplicates = (graph: Graph, count: number, chance: Chance): Found => {
  const { document, twins } = duplicate(graph, count, chance);
  const { applied } = improved(compiled(document), ['merge_duplicates']);
  const merged = applied.flatMap(({ ops }) =>
    ops.flatMap((op) => (op.op === 'merge_tasks' ? [[op.task.slice(1), op.drop] as const] : [])),
  );
  const isPlanted = ([kept, gone]: readonly [string, string]): boolean =>
    twins.get(gone) === kept || twins.get(kept) === gone;
  const found = merged.filter(isPlanted).length;
  return { injected: twins.size, found, falseAlarms: merged.length - found };
};

/** Pure tasks that read others, and one another, and that nobody reads. */
export const findDeadTasks = (graph: Graph, count: number, chance: Chance): Found => {
  const document = documentOf(graph);
  const dead = Array.from({ length: count }, (_, n) => {
    const before = n > 0 && chance.happens(0.4) ? `dead${n - 1}` : idOf(graph, chance.below(graph.steps.length));
    const input: Json = { n: `dead ${n}`, of: `\${tasks.${before}.output}` };
    return [`dead${n}`, { type: 't/pure', input }] as const;
  });
  const tasks = { ...tasksOf(document), ...Object.fromEntries(dead) };
  const { applied } = improved(compiled({ ...document, tasks }), ['remove_dead_tasks']);
  const removed = applied.flatMap(({ ops }) =>
    ops.flatMap((op) => (op.op === 'remove_task' ? [op.task.slice(1)] : [])),
  );
  const found = removed.filter((id) => id.startsWith('dead')).length;
  return { injected: count, found, falseAlarms: removed.length - found };
};
