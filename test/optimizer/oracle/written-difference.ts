import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';
import type { CompiledWorkflow, TaskPath } from '../../../src/engine/core/index.js';
import {
  effectsOf,
  placesOf,
  type Certificate,
  type Facts,
  type PlacedTask,
  type Policy,
} from '../../../src/llm/optimizer/ir/index.js';

/* The levels that promise something of what is written, not of what happens: `policy-change` and `fix`. */

const FIELDS: Readonly<Record<Policy, readonly string[]>> = {
  timeout: ['timeout'],
  retry_policy: ['retry_policy'],
  priority: ['priority'],
  cache: ['cache'],
  concurrency: ['concurrency', 'concurrency_key', 'rate'],
};

const BODIES = ['tasks', 'race', 'try', 'catch', 'finally'];
const PHASES = ['try', 'catch', 'finally'];
/** What can be said in several ways is compared as it was understood. */
const UNDERSTOOD = ['depends_on', 'priority', 'effects', 'join', 'on_error'];

/** What a task says itself, by path: not the tasks that it holds. */
const wordsOf = (tasks: JsonObject, at: TaskPath, found: Map<TaskPath, JsonObject>): Map<TaskPath, JsonObject> => {
  for (const [id, task] of Object.entries(tasks as Record<TaskPath, JsonObject>)) {
    const path = `${at}/${id}`;
    const own = Object.entries(task).filter(([field, value]) => {
      if (!BODIES.includes(field) || !isJsonObject(value)) return field !== 'when' || value !== true;
      wordsOf(value, PHASES.includes(field) ? `${path}/${field}` : path, found);
      return false;
    });
    found.set(path, Object.fromEntries(own));
  }
  return found;
};

const without = (object: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

const idsOf = ({ home }: PlacedTask, indices: readonly number[]): string[] =>
  indices.map((index) => home.tasks[index]?.task.id ?? '').sort();

const understood = (placed: PlacedTask, facts: Facts, isFix: boolean): Json => {
  const { task } = placed;
  const handlers = task.onError.map(({ classes, remedy }) => [classes ? [...classes].sort() : null, remedy.is]);
  const { is } = task.join;
  const edges = isFix ? [] : idsOf(placed, task.needs);
  const does = task.work.is === 'task' ? effectsOf(task, facts) : null;
  const needed = task.join.is === 'count' ? task.join.needed : null;
  const tolerate = task.work.is === 'map' ? { ...task.work.tolerate } : null;
  return [edges, idsOf(placed, task.opens), handlers, is, needed, does, tolerate];
};

const named = ({ policies }: Certificate, path: TaskPath): readonly string[] =>
  (policies[path] ?? []).flatMap((policy) => FIELDS[policy]);

/** All that is said, without what may be different. */
const saying = (workflow: CompiledWorkflow, certificate: Certificate, facts: Facts): string => {
  const { document } = workflow;
  const words = wordsOf(document.tasks as JsonObject, '', new Map());
  const isFix = certificate.level === 'fix';
  const tasks = placesOf(workflow).tasks.map((placed): [string, Json] => {
    const { path, task } = placed;
    const free = isFix ? [] : named(certificate, path);
    const own = without(words.get(path) ?? {}, [...UNDERSTOOD, ...free]);
    const rest = isJsonObject(own.map) ? { ...own, map: without(own.map, ['tolerate', ...free]) } : own;
    const priority = free.includes('priority') ? 0 : task.priority;
    return [path, [rest, priority, understood(placed, facts, isFix)]];
  });
  const header = without(document, ['tasks', ...(isFix ? [] : named(certificate, ''))]);
  return canonicalJson([header, Object.fromEntries(tasks)]);
};

const edgesOf = (workflow: CompiledWorkflow): ReadonlySet<string> =>
  new Set(
    placesOf(workflow).tasks.flatMap((placed) =>
      idsOf(placed, placed.task.needs).map((need) => `${need} → ${placed.path}`),
    ),
  );

/** In what a candidate differs though its certificate promises that it does not; undefined: it keeps its word. */
export const writtenDifference = (
  [base, candidate]: readonly [CompiledWorkflow, CompiledWorkflow],
  certificate: Certificate,
  facts: Facts,
): string | undefined => {
  const { level } = certificate;
  if (level !== 'policy-change' && level !== 'fix') return undefined;
  if (saying(base, certificate, facts) !== saying(candidate, certificate, facts))
    return `more is different than a ${level} may change`;
  if (level !== 'fix') return undefined;
  const after = edgesOf(candidate);
  const gone = [...edgesOf(base)].find((edge) => !after.has(edge));
  return gone === undefined ? undefined : `the edge ${gone} is gone`;
};
