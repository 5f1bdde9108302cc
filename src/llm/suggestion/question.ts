import type { Uuid } from '../../kernel/index.js';
import type { TaskPath } from '../../engine/core/index.js';
import { edgesOf } from '../optimizer/dependence/index.js';
import { hashOfFacts } from '../optimizer/ir/index.js';
import type { Subject } from '../optimizer/prove/index.js';
import type { Goal } from '../optimizer/simulate/index.js';
import { CHECKER_VERSION } from '../optimizer/verify/index.js';
import type { Analysis, SuggestionKind, SuggestRequest } from '../ports/index.js';
import { hashOf, RULES_VERSION } from './identity.js';
import type { Benefit } from './impact.js';
import type { Bucket } from './kept-histories.js';

/** A request with everything that it leaves open filled in. */
export interface Wanted {
  readonly goal: Goal;
  readonly kinds: ReadonlySet<SuggestionKind> | undefined;
  readonly most: number;
  readonly llm: 'auto' | 'never' | 'require';
  readonly windowDays: number;
  readonly minRuns: number;
  readonly ms: number;
  readonly tokens: number | undefined;
  readonly cost: number | undefined;
}

/** ms that a request may take, proposals included. */
const BUDGET_MS = 20_000;

export const wantedOf = ({ goal, kinds, maxSuggestions, llm, history, budget }: SuggestRequest): Wanted => ({
  goal: goal ?? 'balanced',
  kinds: kinds && new Set(kinds),
  most: maxSuggestions ?? 10,
  llm: llm ?? 'auto',
  windowDays: history?.windowDays ?? 30,
  minRuns: history?.minRuns ?? 1,
  ms: budget?.ms ?? BUDGET_MS,
  tokens: budget?.tokens,
  cost: budget?.cost,
});

/** What is to be improved, with all that is known. */
export interface Question {
  readonly workflow: Uuid;
  readonly version: string;
  readonly subject: Subject;
  readonly bucket: Bucket;
  readonly wanted: Wanted;
}

/** Of equal questions the answers are equal: those of the rules (`rules`), and all (`whole`). */
export const keysOf = (
  { workflow, subject, bucket, wanted }: Question,
  revision: number,
): { readonly rules: string; readonly whole: string } => {
  const { goal, kinds, windowDays, minRuns, ...others } = wanted;
  const rules = hashOf([
    ...[workflow, hashOf(subject.study.workflow.document), hashOfFacts(subject.study.facts)],
    ...[RULES_VERSION, CHECKER_VERSION, revision, bucket.name],
    { goal, kinds: kinds ? [...kinds].sort() : null, windowDays, minRuns },
  ]);
  return { rules, whole: hashOf([rules, others]) };
};

/** Edges that are named one by one. */
const MOST_HELD = 100;

export const analysisOf = (question: Question, benefit: Benefit): Analysis => {
  const { workflow, version, subject, bucket, wanted } = question;
  const { study } = subject;
  const edges = { data: 0, control: 0, effect: 0, asserted: 0 };
  const held: { from: TaskPath; to: TaskPath }[] = [];
  for (const home of study.places.scopes)
    for (const edge of edgesOf(home, study.conflicts)) {
      edges[edge.class] += 1;
      const [from, to] = [home.tasks[edge.from]?.path, home.tasks[edge.to]?.path];
      const isHeld = edge.class === 'effect' && edge.isDeclared && held.length < MOST_HELD;
      if (isHeld && from !== undefined && to !== undefined) held.push({ from, to });
    }
  const { history } = bucket;
  return {
    ...{ workflowId: workflow, version, baseHash: hashOf(study.workflow.document) },
    ...{ factsHash: hashOfFacts(study.facts), rulesVersion: RULES_VERSION, checkerVersion: CHECKER_VERSION },
    ...{ goal: wanted.goal, tasks: study.workflow.taskCount, edges, held },
    prediction: history.executions === 0 ? null : predictionOf(benefit),
    history: { runs: history.executions, windowDays: wanted.windowDays },
  };
};

const predictionOf = ({ prediction }: Benefit): Analysis['prediction'] => {
  const { unit, makespan, failure } = prediction;
  if (unit !== 'ms' || !makespan) return null;
  const seconds = (ms: number): number => Number((ms / 1000).toPrecision(6));
  return { p50: seconds(makespan.p50), p95: seconds(makespan.p95), failure: failure.probability };
};
