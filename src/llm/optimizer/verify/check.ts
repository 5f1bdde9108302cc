import {
  taskForm,
  templateForm,
  workflowForm,
  type CompiledTask,
  type CompiledWorkflow,
} from '../../../engine/core/index.js';
import { canonicalJson, contentHash, err, ok, type Result } from '../../../kernel/index.js';
import {
  effectsOf,
  hashOfFacts,
  paces,
  placesOf,
  usesOf,
  type Certificate,
  type Claim,
  type DroppedEdge,
  type Facts,
  type Objection,
  type PlacedTask,
} from '../ir/index.js';
import { checkConfined } from './confined.js';
import { Correspondence, differenceOf, exactly, wordsOf, type Pair, type ScopePair } from './correspondence.js';
import { changesOnFailure } from './failures.js';
import { checkGone } from './gone.js';
import { changedJoins, checkJoins, type Predecessors } from './joins.js';
import { checkMoved } from './moved.js';
import { objection } from './objection.js';
import { orderOf } from '../dependence/index.js';
import { checkOutput } from './outputs.js';
import { Schedules } from './schedules.js';
import { checkWrittenOrder } from './written-order.js';

/** Raised with every change of what is accepted. */
export const CHECKER_VERSION = '5';

/** What is to be proved. Both versions are compiled with the same task types, as they are now. */
export interface Question {
  readonly base: CompiledWorkflow;
  readonly candidate: CompiledWorkflow;
  readonly claim: Claim;
  readonly facts: Facts;
}

/**
 * Proves a claim about two versions of a workflow, or says why it can not. Knows nothing of how the candidate came to be.
 * Deterministic. What it accepts holds (`ir/claim.ts` says what); it refuses some claims that would hold, too.
 */
export const check = (question: Question): Result<Certificate, Objection> => {
  const { base, candidate, claim } = question;
  const correspondence = new Correspondence(placesOf(base), placesOf(candidate), claim);
  switch (claim.level) {
    case 'identical':
    case 'success-equivalent':
      return checkEquivalent(question, correspondence);
    case 'policy-change':
    case 'fix': {
      const refused = correspondence.match() ?? checkConfined(question, correspondence);
      return refused ? err(refused) : ok(certificate(question));
    }
    case 'behaviour-change':
      return ok(certificate(question));
  }
};

const checkEquivalent = (question: Question, correspondence: Correspondence): Result<Certificate, Objection> => {
  const { base, candidate, claim, facts } = question;
  const isExact = claim.level === 'identical';
  const changedWorkflow = differenceOfWorkflows(base, candidate);
  if (changedWorkflow) return err(objection('workflow_changed', '', changedWorkflow));
  const unmatched = correspondence.match();
  if (unmatched) return err(unmatched);
  const joins = new Map<ScopePair, readonly Predecessors[]>();
  for (const scope of correspondence.scopes) {
    const changed = changedJoins(scope);
    joins.set(scope, changed);
    const refused = checkScope(scope, changed, { question, correspondence });
    if (refused) return err(refused);
  }
  const schedules = new Schedules({ correspondence, joins, candidate, facts });
  const refused = isExact ? schedules.areIdentical() : schedules.areSafe();
  if (refused) return err(refused);
  const changes = isExact
    ? []
    : [...changesOnFailure(question, { correspondence, joins }), ...schedules.changesOnFailure()];
  return ok({ ...certificate(question), droppedEdges: droppedEdges(correspondence, joins), changesOnFailure: changes });
};

interface Whole {
  readonly question: Question;
  readonly correspondence: Correspondence;
}

const checkScope = (
  scope: ScopePair,
  changed: readonly Predecessors[],
  { question, correspondence }: Whole,
): Objection | undefined => {
  const { base, claim, facts } = question;
  const isExact = claim.level === 'identical';
  const worlds = isExact ? 'all' : 'completing';
  return (
    checkWords(scope, question) ??
    checkWrittenOrder(scope) ??
    (isExact && scope.gone[0] ? objection('lost_task', scope.gone[0].path) : undefined) ??
    checkGone(scope, correspondence, facts) ??
    checkMoved(scope, facts) ??
    checkJoins(scope, changed, worlds) ??
    checkOutput(scope, base, isExact)
  );
};

const differenceOfWorkflows = (base: CompiledWorkflow, candidate: CompiledWorkflow): string | undefined => {
  const [before, after] = [workflowForm(base, exactly()), workflowForm(candidate, exactly())];
  if (base.name !== candidate.name) return 'name';
  return (Object.keys(before) as (keyof typeof before)[]).find((aspect) => before[aspect] !== after[aspect]);
};

/** Whether tasks say the same, but for priorities and for results used again that are equal anyway. */
const checkWords = ({ pairs, renaming }: ScopePair, question: Question): Objection | undefined => {
  const { claim, facts } = question;
  // Handlers that the workflow states for all its tasks stand in none of them.
  const sameSource = question.base.document.on_error === question.candidate.document.on_error;
  for (const { base, candidate } of pairs) {
    // Most of two documents is shared, and the two were compiled with the same task types.
    if (sameSource && base.source === candidate.source) continue;
    const difference = differenceOf(wordsOf(base, renaming), wordsOf(candidate));
    if (difference) return objection('task_changed', candidate.path, difference);
    if (base.task.name !== candidate.task.name) return objection('task_changed', candidate.path, 'name');
    const mayCache =
      claim.level === 'success-equivalent' && isRepeatable(base.task, facts) && isRepeatable(candidate.task, facts);
    if (!mayCache && cacheOf({ base, candidate }, renaming)) return objection('cache_changed', candidate.path);
  }
  return undefined;
};

const cacheOf = ({ base, candidate }: Pair, renaming: ScopePair['renaming']): boolean =>
  taskForm({ ...base.task, priority: 0 }, base.home.scope, exactly(renaming)).policy !==
  taskForm({ ...candidate.task, priority: 0 }, candidate.home.scope, exactly()).policy;

/**
 * Equal inputs give equal outputs, and results are found again by the whole input. Not of what is there for the time that it
 * takes: what follows would come sooner.
 */
const isRepeatable = (task: CompiledTask, facts: Facts): boolean => {
  const { work, cache } = task;
  if (work.is !== 'task' || effectsOf(task, facts) !== 'pure' || usesOf(task).chance || paces(task)) return false;
  return cache === undefined || templateForm(cache.key, exactly()) === templateForm(work.input, exactly());
};

const droppedEdges = (
  correspondence: Correspondence,
  joins: ReadonlyMap<ScopePair, readonly Predecessors[]>,
): DroppedEdge[] => {
  const order = orderOf(correspondence.candidate);
  const dropped: DroppedEdge[] = [];
  for (const [{ base }, changed] of joins)
    for (const { pair, dropped: sources } of changed)
      for (const at of sources) {
        const { path, index } = base.tasks[at] as PlacedTask;
        // Whatever is gone is waited for by nobody, or is another task now.
        const now = correspondence.candidateOf.get(index) as number;
        const because = order.has(now, pair.candidate.index) ? 'implied' : 'independent';
        dropped.push({ from: path, to: pair.candidate.path, because });
      }
  return dropped;
};

const certificate = ({ base, candidate, claim, facts }: Question): Certificate => ({
  ...claim,
  checker: CHECKER_VERSION,
  base: hashOf(base),
  candidate: hashOf(candidate),
  facts: hashOfFacts(facts),
  droppedEdges: [],
  changesOnFailure: [],
});

const hashOf = ({ document }: CompiledWorkflow): string => contentHash(canonicalJson(document));
