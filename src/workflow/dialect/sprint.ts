import {
  fault,
  isJsonObject,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../kernel/index.js';
import type { Link } from './edge/index.js';
import { listTasks, taskAt } from './task-list.js';
import type { ForeignTask } from './translation.js';

/** Tasks of the planning pipeline (D8), in the words of the other dialects. */
export interface SprintTasks {
  readonly tasks: readonly ForeignTask[];
  /** Edges written apart from the tasks, by the id (as the source says it) of the task they leave. */
  readonly links: readonly { readonly from: Json; readonly fromWhere: JsonPointer; readonly link: Link }[];
}

export interface SprintNotes {
  readonly faults: Fault[];
  readonly warnings: Fault[];
}

/** A hand-off of Metis: tasks of a sprint, alone or in phases. */
const isHandOff = (definition: JsonObject): boolean =>
  Array.isArray(definition.phases) ||
  (Array.isArray(definition.tasks) && (definition.sprint_id !== undefined || definition.sprint_name !== undefined));

/** A drawing of the designer: nodes and what connects them. */
const isDrawing = (definition: JsonObject): boolean => Array.isArray(definition.nodes);

/** Whether a document is one of the planning pipeline. */
export const isSprint = (definition: JsonObject): boolean => isHandOff(definition) || isDrawing(definition);

export const sprintTasks = (definition: JsonObject, where: JsonPointer, notes: SprintNotes): SprintTasks =>
  isDrawing(definition) ? drawnTasks(definition, where, notes) : handedTasks(definition, where, notes);

/** Upstream's default component for each type of work. */
const COMPONENTS: ReadonlyMap<string, string> = new Map([
  ...(['implementation', 'development', 'coding'] as const).map((type) => [type, 'numa'] as const),
  ['analysis', 'metis'],
  ['planning', 'prometheus'],
  ['testing', 'athena'],
  ['documentation', 'rhetor'],
]);
const DEFAULT_COMPONENT = 'numa';
/** What a component must know to do the task. */
const TOLD = ['name', 'description', 'requirements'];

const handedTasks = (definition: JsonObject, where: JsonPointer, notes: SprintNotes): SprintTasks => {
  const phases = Array.isArray(definition.phases) ? (definition.phases as Json[]) : [];
  const { names, tasks: inPhases } = readPhases(phases, pointer(where, 'phases'), notes);
  const alone = definition.tasks ?? null;
  const own = alone === null ? [] : listTasks(alone, pointer(where, 'tasks'), notes);
  const graph = readGraph(definition.dependency_graph, pointer(where, 'dependency_graph'), notes);
  const metadata = isJsonObject(definition.metadata) ? definition.metadata : {};
  const known = typeof metadata.default_component === 'string' ? metadata.default_component : undefined;
  const tasks = [...own, ...inPhases].map((task) => {
    const phase = names.get(task.original);
    const body = phase === undefined || task.body.phase !== undefined ? task.body : { ...task.body, phase };
    return handedTask({ ...task, body }, known, notes);
  });
  const ids = new Set(tasks.flatMap(({ original, body }) => [original, body.name]));
  const links = graph.flatMap(({ from, to, at }) => {
    if (ids.has(to)) return [{ from, fromWhere: at, link: { value: to, where: at } }];
    const reason = `the dependency graph has "${to.slice(0, 128)}", which is no task`;
    notes.warnings.push(fault('dialect_assumption', at, { reason }));
    return [];
  });
  return { tasks, links };
};

const readPhases = (
  phases: readonly Json[],
  where: JsonPointer,
  { faults }: SprintNotes,
): { names: ReadonlyMap<string, string>; tasks: ForeignTask[] } => {
  const names = new Map<string, string>();
  const tasks = phases.flatMap((phase, index) => {
    const at = pointer(where, index);
    const inside = isJsonObject(phase) ? (phase.tasks ?? []) : undefined;
    if (!isJsonObject(phase) || !Array.isArray(inside)) {
      faults.push(
        fault('wrong_type', isJsonObject(phase) ? pointer(at, 'tasks') : at, {
          expected: 'a phase with a list of tasks',
        }),
      );
      return [];
    }
    const name = [phase.name, phase.id].find((said) => typeof said === 'string');
    const written = (inside as Json[]).flatMap((entry, position) => {
      if (typeof entry !== 'string') return taskAt(entry, pointer(at, 'tasks', position), { faults });
      if (name !== undefined) names.set(entry, name);
      return [];
    });
    for (const { original } of written) if (name !== undefined) names.set(original, name);
    return written;
  });
  return { names, tasks };
};

const readGraph = (
  graph: Json | undefined,
  where: JsonPointer,
  { faults }: SprintNotes,
): readonly { from: Json; to: string; at: JsonPointer }[] => {
  if (!isJsonObject(graph)) return [];
  return Object.entries(graph).flatMap(([to, needs]) => {
    const at = pointer(where, to);
    if (Array.isArray(needs)) return (needs as Json[]).map((from, index) => ({ from, to, at: pointer(at, index) }));
    faults.push(fault('wrong_type', at, { expected: 'a list of task ids' }));
    return [];
  });
};

/** A task that says in prose what is to be done: its component is told. */
const handedTask = (task: ForeignTask, known: string | undefined, { warnings }: SprintNotes): ForeignTask => {
  const { body, where } = task;
  const told = Object.fromEntries(TOLD.flatMap((field) => (isTold(body[field]) ? [[field, body[field]]] : [])));
  const names = [body.component, body.tool].some((said) => typeof said === 'string');
  if (names || (typeof body.type === 'string' && body.type.includes('/'))) return { ...task, told };
  const kind = [body.type, body.phase]
    .map((said) => (typeof said === 'string' ? said.toLowerCase() : ''))
    .find((said) => COMPONENTS.has(said));
  const component = known ?? COMPONENTS.get(kind ?? '') ?? DEFAULT_COMPONENT;
  if (known === undefined) {
    const reason = `the task names no component, "${component}" does it`;
    warnings.push(fault('dialect_assumption', where, { reason }));
  }
  return { ...task, told, body: { ...body, component } };
};

const isTold = (value: Json | undefined): value is Json =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';

const drawnTasks = (definition: JsonObject, where: JsonPointer, { faults }: SprintNotes): SprintTasks => {
  const tasks = listTasks(definition.nodes as Json, pointer(where, 'nodes'), { faults }).map((node) =>
    drawnTask(node, faults),
  );
  const field = definition.connections === undefined ? 'edges' : 'connections';
  const lines = definition[field];
  const links = (Array.isArray(lines) ? (lines as Json[]) : []).map((line, index) => {
    const at = pointer(where, field, index);
    const from = isJsonObject(line) ? ['from', 'source', 'start'].find((name) => line[name] !== undefined) : undefined;
    const to = isJsonObject(line) ? ['to', 'target', 'end'].find((name) => line[name] !== undefined) : undefined;
    if (!isJsonObject(line) || from === undefined || to === undefined) {
      faults.push(fault('wrong_type', at, { expected: 'a connection from one node to another' }));
      return undefined;
    }
    const value =
      line.condition === undefined ? (line[to] as Json) : { to: line[to] as Json, condition: line.condition };
    return { from: line[from] as Json, fromWhere: pointer(at, from), link: { value, where: at } };
  });
  return { tasks, links: links.filter((link) => link !== undefined) };
};

/** A node of the drawing: its work is in `data`, its edges in `connections`. */
const drawnTask = ({ original, body: node, where }: ForeignTask, faults: Fault[]): ForeignTask => {
  const { data: said, connections: drawn, type: shape, ...around } = node;
  const data = isJsonObject(said) ? said : {};
  const lines = isJsonObject(drawn) ? drawn : {};
  const moved = new Map(Object.keys(data).map((field) => [field, pointer(where, 'data', field)]));
  const chooses = shape === 'decision' && data.transitions === undefined && data.cases === undefined;
  const edges = drawnEdges(lines, pointer(where, 'connections'), { chooses, faults });
  for (const [field, { at }] of edges) moved.set(field, at);
  const name = [data.name, data.label, node.name, node.label, data.taskId].find((text) => typeof text === 'string');
  const type = shape === 'task' || shape === undefined ? data.type : shape;
  const { input: _input, output: _output, ...ends } = lines;
  const { type: _type, ...work } = data;
  return {
    original,
    where,
    moved,
    body: {
      ...around,
      ...work,
      ...Object.fromEntries([...edges].map(([field, { value }]) => [field, value])),
      ...(name !== undefined && { name }),
      ...(type !== undefined && { type }),
      ...(Object.keys(ends).length > 0 && { connections: ends }),
      ...(said !== undefined && !isJsonObject(said) && { data: said }),
    },
  };
};

interface DrawnEdge {
  readonly value: Json;
  readonly at: JsonPointer;
}

/** The lines of a node, in the words of the other dialects: those of a decision are taken when it holds, or not. */
const drawnEdges = (
  { input, output }: JsonObject,
  where: JsonPointer,
  { chooses, faults }: { readonly chooses: boolean; readonly faults: Fault[] },
): ReadonlyMap<string, DrawnEdge> => {
  const edges = new Map<string, DrawnEdge>();
  if (input !== undefined) edges.set('sources', { value: input, at: pointer(where, 'input') });
  if (output === undefined) return edges;
  const at = pointer(where, 'output');
  const ways = Array.isArray(output) ? (output as Json[]) : [output];
  if (!chooses) edges.set('next', { value: output, at });
  else if (ways.length > 2) {
    const reason = 'a decision with more than two outputs says in `data.transitions` which is taken when';
    faults.push(fault('dialect_unmapped', at, { reason }));
  } else
    for (const [index, way] of ways.entries())
      edges.set(index === 0 ? 'then' : 'else', { value: way, at: Array.isArray(output) ? pointer(at, index) : at });
  return edges;
};
