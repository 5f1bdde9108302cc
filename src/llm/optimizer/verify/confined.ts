import {
  taskForm,
  workflowForm,
  type CompiledTask,
  type CompiledWorkflow,
  type Work,
} from '../../../engine/core/index.js';
import type { Objection, Policy } from '../ir/index.js';
import { exactly, ownEffectsOf, type Correspondence, type Pair, type ScopePair } from './correspondence.js';
import { changedJoins, haveOneJoin } from './joins.js';
import { objection } from './objection.js';
import { checkOutput } from './outputs.js';

/** The part of a question that is looked at here. */
interface Versions {
  readonly base: CompiledWorkflow;
  readonly candidate: CompiledWorkflow;
}

/** Whether nothing is different but the policies that the claim names, or, of a `fix`, edges that are added. */
export const checkConfined = ({ base, candidate }: Versions, correspondence: Correspondence): Objection | undefined => {
  const { level, policies } = correspondence.claim;
  const allowed = (path: string): ReadonlySet<Policy> => new Set(level === 'policy-change' ? policies[path] : []);
  const root = allowed('');
  if (canonical(base, root) !== canonical(candidate, root)) return objection('policy_changed', '');
  for (const scope of correspondence.scopes) {
    const refused =
      checkScope(scope, base) ??
      scope.pairs.map((pair) => checkTask(pair, allowed(pair.candidate.path))).find((found) => found !== undefined) ??
      checkEdges(scope, level === 'fix');
    if (refused) return refused;
  }
  return undefined;
};

const canonical = (workflow: CompiledWorkflow, allowed: ReadonlySet<Policy>): string => {
  const { timeout, concurrency, ...form } = workflowForm(workflow, exactly());
  const kept = [allowed.has('timeout') ? '' : timeout, allowed.has('concurrency') ? '' : concurrency];
  return JSON.stringify([workflow.name, form, kept]);
};

const checkScope = (scope: ScopePair, workflow: CompiledWorkflow): Objection | undefined => {
  const [lost] = scope.gone;
  return lost ? objection('lost_task', lost.path) : checkOutput(scope, workflow, false);
};

const checkTask = ({ base, candidate }: Pair, allowed: ReadonlySet<Policy>): Objection | undefined => {
  const before = taskForm(without(base.task, allowed), base.home.scope, exactly());
  const after = taskForm(without(candidate.task, allowed), candidate.home.scope, exactly());
  for (const aspect of Object.keys(before) as (keyof typeof before)[]) {
    if (aspect === 'edges' || before[aspect] === after[aspect]) continue;
    return objection(aspect === 'policy' ? 'policy_changed' : 'task_changed', candidate.path, aspect);
  }
  if (ownEffectsOf(base.task) !== ownEffectsOf(candidate.task))
    return objection('task_changed', candidate.path, 'effects');
  return base.task.name === candidate.task.name ? undefined : objection('task_changed', candidate.path, 'name');
};

const without = (task: CompiledTask, allowed: ReadonlySet<Policy>): CompiledTask => ({
  ...task,
  ...(allowed.has('timeout') && { timeout: undefined }),
  ...(allowed.has('retry_policy') && { retry: undefined, ownRetry: false }),
  ...(allowed.has('priority') && { priority: 0 }),
  ...(allowed.has('cache') && { cache: undefined }),
  ...(allowed.has('concurrency') && { limit: undefined, work: unlimited(task.work) }),
});

const unlimited = (work: Work): Work =>
  work.is === 'group' || work.is === 'map' ? { ...work, concurrency: undefined } : work;

const checkEdges = (scope: ScopePair, mayAdd: boolean): Objection | undefined => {
  for (const pair of scope.pairs) if (!haveOneJoin(pair)) return objection('join_changed', pair.candidate.path);
  for (const { pair, dropped, added } of changedJoins(scope)) {
    if (dropped.length > 0) return objection('edge_removed', pair.candidate.path);
    if (added.length > 0 && !mayAdd) return objection('edge_added', pair.candidate.path);
  }
  return undefined;
};
