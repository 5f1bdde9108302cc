import { Chance, type JsonObject } from '../../../src/kernel/index.js';
import { improve } from '../../../src/llm/optimizer/prove/index.js';
import { compiled } from '../catalogue.js';
import { closureOf, edgesOf, idOf, type Edge, type Graph } from '../graphs/graph.js';
import { subjectOf } from '../improved.js';
import type { Found } from './needless-tasks.js';

/** How steps hand on what they make: by files, or by variables of the workflow. */
export interface Handing {
  readonly graph: Graph;
  readonly edges: readonly Edge[];
  readonly tasks: Readonly<Record<string, JsonObject>>;
  readonly rest: JsonObject;
}

/** Each step writes a file or two, which those after it read; some write the file of another anew once all have read it. */
export const byFiles = (graph: Graph): Handing => {
  const tasks = graph.steps.map(({ id, reads }) => {
    const inputs = reads.map((from, n) => [`in_${n}`, `work/${idOf(graph, from)}`] as const);
    return [id, { type: 't/program', input: { ...Object.fromEntries(inputs), out_0: `work/${id}` } }] as const;
  });
  const edges = graph.steps.flatMap(({ reads }, to) => reads.map((from): Edge => [from, to]));
  return { graph, edges, tasks: Object.fromEntries(tasks), rest: { output: {} } };
};

/** Each step sets a variable of its own, which those after it read. */
export const byVariables = (graph: Graph): Handing => {
  const tasks = graph.steps.map(({ id, reads }) => {
    const inputs = reads.map((from, n) => [`in_${n}`, `\${state.${idOf(graph, from)}}`] as const);
    return [id, { type: 't/pure', input: Object.fromEntries(inputs), set: { [id]: '${output}' } }] as const;
  });
  const state = Object.fromEntries(graph.steps.map(({ id }) => [id, null]));
  const edges = graph.steps.flatMap(({ reads }, to) => reads.map((from): Edge => [from, to]));
  return { graph, edges, tasks: Object.fromEntries(tasks), rest: { output: {}, state } };
};

/** As a trace says: its edges, and the files of its programs. */
export const byTrace = (
  graph: Graph,
  files: readonly { reads: readonly string[]; writes: readonly string[] }[],
): Handing => {
  const tasks = graph.steps.map(({ id }, at) => {
    const { reads = [], writes = [] } = files[at] ?? {};
    const named = (field: string, names: readonly string[]): [string, string][] =>
      names.map((name, n) => [`${field}_${n}`, name]);
    const input = Object.fromEntries([...named('in', reads), ...named('out', writes)]);
    return [id, { type: 't/program', input }] as const;
  });
  return { graph, edges: edgesOf(graph), tasks: Object.fromEntries(tasks), rest: { output: {} } };
};

const documentWith = ({ graph, tasks, rest }: Handing, edges: readonly Edge[]): JsonObject => {
  const waiting = graph.steps.map(({ id }, at) => {
    const depends_on = edges.flatMap(([from, to]) => (to === at ? [idOf(graph, from)] : []));
    return [id, { ...tasks[id], depends_on }] as const;
  });
  return { name: graph.name, tasks: Object.fromEntries(waiting), ...rest };
};

/** Pairs that rules say have no order, as `from to`. */
const saidOf = (document: JsonObject): Set<string> =>
  new Set(
    improve(subjectOf(compiled(document))).flatMap(({ kind, ops }) =>
      kind === 'add_missing_order'
        ? ops.flatMap((op) => (op.op === 'add_edge' ? [`${op.needs} ${op.task.slice(1)}`] : []))
        : [],
    ),
  );

/** How many orders are visible in what tasks name. */
export const visible = ({ graph, edges, tasks }: Handing): Edge[] =>
  edges.filter(([from, to]) => {
    const [one, other] = [tasks[idOf(graph, from)], tasks[idOf(graph, to)]];
    const of = (task: JsonObject | undefined, field: RegExp): unknown[] =>
      Object.entries((task?.input ?? {}) as JsonObject).flatMap(([key, value]) => (field.test(key) ? [value] : []));
    const sets = Object.keys((one?.set ?? {}) as JsonObject).map((name) => `\${state.${name}}`);
    const written = new Set([...of(one, /^out_/), ...sets]);
    return of(other, /^in_/).some((name) => written.has(name));
  });

/**
 * Leaves one visible edge out at a time, where no other way keeps the order, and looks whether exactly that is said to be
 * missing. Whatever is said of the whole graph is a false alarm, too.
 */
export const findMissing = (handing: Handing, most: number, chance: Chance): Found => {
  const { graph, edges } = handing;
  const alarms = saidOf(documentWith(handing, edges));
  const open = visible(handing).filter(([from, to]) => {
    const others = edges.filter(([one, other]) => one !== from || other !== to);
    return !closureOf(graph.steps.length, others).has(from, to);
  });
  const result = { injected: 0, found: 0, falseAlarms: alarms.size };
  for (; result.injected < most && open.length > 0; result.injected++) {
    const [[from, to]] = open.splice(chance.below(open.length), 1) as [Edge];
    const others = edges.filter(([one, other]) => one !== from || other !== to);
    const before = closureOf(graph.steps.length, edges);
    const after = closureOf(graph.steps.length, others);
    const said = saidOf(documentWith(handing, others));
    if (said.has(`${idOf(graph, from)} ${idOf(graph, to)}`)) result.found += 1;
    const positions = new Map(graph.steps.map(({ id }, position) => [id, position]));
    for (const pair of said) {
      const [one, other] = pair.split(' ').map((id) => positions.get(id)) as [number, number];
      // An order that went with the edge is missing, too.
      const isTrue = before.has(one, other) && !after.has(one, other);
      if (!isTrue && !alarms.has(pair)) result.falseAlarms += 1;
    }
  }
  return result;
};
