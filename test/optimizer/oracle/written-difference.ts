import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { placesOf, type Certificate, type Policy } from '../../../src/llm/optimizer/ir/index.js';
import type { CompiledWorkflow, TaskPath } from '../../../src/engine/core/index.js';

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

type Rewrite = (task: JsonObject, path: TaskPath) => JsonObject;

/** A document with each of its tasks rewritten. */
const rewritten = (tasks: JsonObject, at: TaskPath, rewrite: Rewrite): JsonObject =>
  Object.fromEntries(
    Object.entries(tasks).map(([id, task]) => {
      const path = `${at}/${id}`;
      const inside = Object.entries(task as JsonObject).map(([field, value]): [string, Json] => {
        if (!BODIES.includes(field) || !isJsonObject(value)) return [field, value];
        return [field, rewritten(value, PHASES.includes(field) ? `${path}/${field}` : path, rewrite)];
      });
      return [id, rewrite(Object.fromEntries(inside), path)];
    }),
  );

const without = (object: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

const withoutPolicies = ({ document }: CompiledWorkflow, { policies }: Certificate): string => {
  const strip: Rewrite = (task, path) => {
    const named = policies[path] ?? [];
    const bare = without(task, named.flatMap((policy) => FIELDS[policy]));
    if (!named.includes('concurrency') || !isJsonObject(bare.map)) return bare;
    return { ...bare, map: without(bare.map, ['concurrency']) };
  };
  const own = without(document, (policies[''] ?? []).flatMap((policy) => FIELDS[policy]));
  return canonicalJson({ ...own, tasks: rewritten(document.tasks as JsonObject, '', strip) });
};

const withoutEdges = ({ document }: CompiledWorkflow): string =>
  canonicalJson({
    ...document,
    tasks: rewritten(document.tasks as JsonObject, '', (task) => without(task, ['depends_on'])),
  });

const edgesOf = (workflow: CompiledWorkflow): ReadonlySet<string> =>
  new Set(
    placesOf(workflow).scopes.flatMap(({ tasks, scope }) =>
      tasks.flatMap(({ path, task }) => task.needs.map((need) => `${scope.tasks[need]?.id} → ${path}`)),
    ),
  );

/** In what a candidate differs though its certificate promises that it does not; undefined: it keeps its word. */
export const writtenDifference = (
  base: CompiledWorkflow,
  candidate: CompiledWorkflow,
  certificate: Certificate,
): string | undefined => {
  if (certificate.level === 'policy-change') {
    const isSame = withoutPolicies(base, certificate) === withoutPolicies(candidate, certificate);
    return isSame ? undefined : 'more than the named policies is different';
  }
  if (certificate.level !== 'fix') return undefined;
  if (withoutEdges(base) !== withoutEdges(candidate)) return 'more than dependency edges is different';
  const [before, after] = [edgesOf(base), edgesOf(candidate)];
  const gone = [...before].find((edge) => !after.has(edge));
  return gone === undefined ? undefined : `the edge ${gone} is gone`;
};
