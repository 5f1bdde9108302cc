import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { importDocument } from '../../../src/workflow/index.js';
import type { Graph, Step } from './graph.js';

/** The traces of WfCommons, which lie beside the project and are never part of it. */
export const INSTANCES = new URL('../../../../shared/data/wfinstances/', import.meta.url).pathname;

/** A trace: its graph, and the files that its steps read and write, by the positions of the steps. */
export interface Instance {
  readonly graph: Graph;
  readonly files: readonly { readonly reads: readonly string[]; readonly writes: readonly string[] }[];
}

const textsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? (value as Json[]).filter((one): one is string => typeof one === 'string') : [];

interface Traced {
  readonly id: string;
  readonly seconds: number;
  readonly parents: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

const tracedIn = (source: JsonObject, file: string): Traced[] => {
  const imported = importDocument(source, { timeScale: 1 });
  if (!imported.ok) throw new Error(`${file} is no trace: ${JSON.stringify(imported.error)}`);
  const { tasks } = imported.value.document as { tasks: Readonly<Record<string, JsonObject>> };
  const specification = (source.workflow as JsonObject).specification as { tasks: readonly JsonObject[] };
  return Object.entries(tasks).map(([id, task], position) => {
    const { inputFiles, outputFiles } = specification.tasks[position] as JsonObject;
    const seconds = isJsonObject(task.input ?? null) ? (task.input as { seconds?: number }).seconds : undefined;
    const files = { reads: textsIn(inputFiles), writes: textsIn(outputFiles) };
    return { id, seconds: seconds ?? 0, parents: textsIn(task.depends_on), ...files };
  });
};

/** Each after its parents; otherwise in the order of the trace. */
const sorted = (traced: readonly Traced[]): Traced[] => {
  const placed = new Map<string, Traced>();
  while (placed.size < traced.length) {
    const next = traced.find(({ id, parents }) => !placed.has(id) && parents.every((parent) => placed.has(parent)));
    if (!next) throw new Error('the trace has a cycle');
    placed.set(next.id, next);
  }
  return [...placed.values()];
};

const instanceIn = (file: string): Instance => {
  const traced = sorted(tracedIn(JSON.parse(readFileSync(join(INSTANCES, file), 'utf8')) as JsonObject, file));
  const positions = new Map(traced.map(({ id }, position) => [id, position]));
  const steps = traced.map(({ id, seconds, parents }): Step => {
    const reads = parents.map((parent) => positions.get(parent) as number);
    return { id, seconds, effects: 'pure', reads, after: [] };
  });
  return { graph: { name: file.replace(/\.json$/, ''), steps }, files: traced };
};

/** Undefined: the folder is not there. */
export const instances = (): readonly Instance[] | undefined =>
  existsSync(INSTANCES)
    ? readdirSync(INSTANCES)
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map(instanceIn)
    : undefined;
