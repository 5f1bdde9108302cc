import { canonicalJson, contentHash, err, ok, type Result } from '../../../src/kernel/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import {
  actionOf,
  commute,
  effectsOf,
  hashOfFacts,
  NO_FACTS,
  paces,
  type Certificate,
  type Claim,
  type FailureChange,
  type Facts,
  type Objection,
} from '../../../src/llm/optimizer/ir/index.js';
import type { Checker } from '../oracle/checker.js';
import { flatGraph, isFlat, isPure, replaced, termOf, wordsOf, type FlatGraph } from './flat-graph.js';

/** In what a checker is wrong: each of these looked right to somebody. `none`: in nothing, of flat workflows without facts about places. */
export type Flaw =
  | 'none'
  /** The order of two effects counts if they are the same action. */
  | 'order by resource'
  /** Pairs of effects are compared by what is done, not by who does it. */
  | 'order by term'
  /** The order of two reads never counts, nor that of actions that commute: whatever else happens meanwhile. */
  | 'reads need no order'
  /** An edge that a path implies may go, whatever the tasks on the path may do but complete. */
  | 'implied is identical'
  /** What is equal when all goes well is identical. */
  | 'success is identity'
  /** Nobody is told what may run although something failed. */
  | 'says nothing of failure'
  /** Two tasks with the same type and input are the same, whatever else is said about them. */
  | 'same input is same task'
  /** A pure task that nobody reads may go, whatever it assigns or decides. */
  | 'unread is dead';

interface Asked {
  readonly base: FlatGraph;
  readonly candidate: FlatGraph;
  readonly claim: Claim;
  readonly facts: Facts;
  readonly flaw: Flaw;
}

const SEES_FEATURES: ReadonlySet<Flaw> = new Set(['implied is identical', 'same input is same task', 'unread is dead']);

/** A checker for workflows of one scope with a flaw, to see that the oracle finds it. */
export const naiveChecker =
  (flaw: Flaw): Checker =>
  ({ base, candidate, claim, facts }) => {
    const hasScope = SEES_FEATURES.has(flaw) || (isFlat(base) && isFlat(candidate));
    if (!hasScope || base.taskCount !== base.scope.tasks.length || facts.unordered.length > 0)
      return objection('this is nothing that it knows');
    const asked = { base: flatGraph(base), candidate: flatGraph(candidate), claim, facts, flaw };
    const reason =
      objectionTo(asked) ?? (headerOf(base) === headerOf(candidate) ? undefined : 'the workflow is another');
    return reason === undefined ? ok(certificate(asked, { base, candidate })) : objection(reason);
  };

const headerOf = ({ document }: CompiledWorkflow): string => {
  const { tasks: _tasks, output: _output, ...rest } = document;
  return canonicalJson(rest);
};

const objectionTo = (asked: Asked): string | undefined => {
  const { base, candidate, claim } = asked;
  if (claim.level !== 'identical' && claim.level !== 'success-equivalent') return 'level';
  if (Object.entries(claim.stands).some(([path, other]) => path !== other)) return 'stands';
  const ids = [...candidate.tasks.keys()];
  if (ids.some((id) => !base.tasks.has(id)) || ids.length + Object.keys(claim.gone).length !== base.tasks.size)
    return 'tasks';
  return goneObjection(asked) ?? wordsObjection(asked) ?? orderObjection(asked) ?? levelObjection(asked);
};

const keptFor = ({ claim: { gone } }: Asked, id: string): string => {
  const reason = gone[`/${id}`];
  return reason?.is === 'duplicate' ? reason.of.slice(1) : id;
};

const goneObjection = (asked: Asked): string | undefined => {
  const { base, candidate, claim, facts, flaw } = asked;
  for (const [path, reason] of Object.entries(claim.gone)) {
    const id = path.slice(1);
    if (!base.tasks.has(id) || candidate.tasks.has(id) || !isPure(base, id, facts)) return 'gone';
    if (reason.is === 'dead') {
      const isNeeded = [...base.before].some(([other, before]) => before.has(id) && !(`/${other}` in claim.gone));
      if (isNeeded || base.output === undefined) return 'gone';
      if (replaced(canonicalJson(base.output), (other) => (other === id ? '!' : other)).includes('tasks.!'))
        return 'gone';
      continue;
    }
    const of = reason.of.slice(1);
    if (!candidate.tasks.has(of) || !isPure(base, of, facts)) return 'gone';
    const same = flaw === 'same input is same task' ? typeAndInput : wordsOf;
    if (same(base, id) !== same(base, of)) return 'gone';
  }
  return undefined;
};

const typeAndInput = (graph: FlatGraph, id: string): string => {
  const { type = null, input = null } = graph.written.get(id) ?? {};
  return canonicalJson([type, input]);
};

const wordsObjection = (asked: Asked): string | undefined => {
  const { base, candidate } = asked;
  const kept = (id: string): string => keptFor(asked, id);
  for (const id of candidate.tasks.keys()) if (wordsOf(candidate, id) !== wordsOf(base, id, kept)) return 'words';
  const outputs = [base, candidate].map(({ output }) => replaced(canonicalJson(output ?? null), kept));
  if (outputs[0] !== outputs[1]) return 'output';
  return base.output === undefined && base.leaves.join() !== candidate.leaves.join() ? 'leaves' : undefined;
};

/** Pairs of which the first is before the second, the gone ones under the name of those that stay. */
const orderOf = ({ before }: FlatGraph, asked: Asked): Set<string> =>
  new Set(
    [...before].flatMap(([id, all]) => [...all].map((other) => `${keptFor(asked, other)} ${keptFor(asked, id)}`)),
  );

const mustKeepOrder = ({ facts, flaw }: Asked, one: CompiledTask, other: CompiledTask): boolean => {
  const effects = [effectsOf(one, facts), effectsOf(other, facts)];
  if (effects.includes('pure') && !paces(one) && !paces(other)) return false;
  const [a, b] = [actionOf(one), actionOf(other)];
  // Two that commute are told apart by a third that is beside them and commutes with neither.
  const commutes = effects.every((effect) => effect === 'read') || (a && b && commute(a, b, facts));
  if (flaw === 'reads need no order' && commutes) return false;
  return flaw !== 'order by resource' || a === b;
};

const orderObjection = (asked: Asked): string | undefined => {
  const { base, candidate, flaw } = asked;
  const [before, after] = [orderOf(base, asked), orderOf(candidate, asked)];
  const pairs = [...before].map((pair) => pair.split(' ') as [string, string]);
  const counts = pairs.filter(([one, other]) =>
    mustKeepOrder(asked, base.tasks.get(one) as CompiledTask, base.tasks.get(other) as CompiledTask),
  );
  if (flaw !== 'order by term')
    return counts.every((pair) => after.has(pair.join(' '))) ? addedOrder(before, after) : 'order';
  const terms = (pair: readonly string[]): string => pair.map((id) => termOf(candidate, id)).join();
  const known = new Set([...after].map((pair) => terms(pair.split(' '))));
  if (!counts.every((pair) => known.has(terms(pair)))) return 'order';
  const said = new Set(pairs.map(terms));
  return [...after].every((pair) => said.has(terms(pair.split(' ')))) ? undefined : 'order';
};

const addedOrder = (before: ReadonlySet<string>, after: ReadonlySet<string>): string | undefined =>
  [...after].every((pair) => before.has(pair)) ? undefined : 'order';

const levelObjection = (asked: Asked): string | undefined => {
  const { base, candidate, claim, flaw } = asked;
  if (claim.level !== 'identical' || flaw === 'success is identity') return undefined;
  const isWhole = orderOf(base, asked).size === orderOf(candidate, asked).size;
  if (!isWhole || Object.keys(claim.gone).length > 0) return 'level';
  if (flaw === 'implied is identical') return undefined;
  return [...candidate.tasks.keys()].some((id) => changedNeeds(asked, id).length > 0) ? 'level' : undefined;
};

const needsOf = ({ tasks }: FlatGraph, id: string): readonly string[] => {
  const all = [...tasks.values()];
  return (tasks.get(id)?.needs ?? []).map((index) => (all[index] as CompiledTask).id);
};

/**
 * Edges that only one version has, and that count when something fails: a task that was skipped from upstream neither
 * carries nor blocks (semantics 8), so that what has another predecessor may run although one on the path has failed, or
 * may not run although one has completed. One may go if a task that waits for it alone is all that is waited for.
 */
const changedNeeds = ({ base, candidate }: Asked, id: string): string[] => {
  const [before, after] = [needsOf(base, id), needsOf(candidate, id)];
  const isSaid = (need: string): boolean => after.length === 1 && needsOf(base, after[0] as string).join() === need;
  return [
    ...before.filter((need) => !after.includes(need) && !isSaid(need)),
    ...after.filter((need) => !before.includes(need)),
  ];
};

const changesOf = (asked: Asked): FailureChange[] => {
  const { candidate, claim, flaw } = asked;
  if (flaw === 'says nothing of failure') return [];
  const runs = [...candidate.tasks.keys()].flatMap((id) =>
    changedNeeds(asked, id).map((need): FailureChange => ({ is: 'runs_anyway', task: `/${id}`, although: `/${need}` })),
  );
  return [...runs, ...Object.keys(claim.gone).map((task): FailureChange => ({ is: 'fails_no_more', task }))];
};

const certificate = (
  asked: Asked,
  { base, candidate }: { readonly base: CompiledWorkflow; readonly candidate: CompiledWorkflow },
): Certificate => ({
  ...asked.claim,
  checker: `naive: ${asked.flaw}`,
  base: contentHash(canonicalJson(base.document)),
  candidate: contentHash(canonicalJson(candidate.document)),
  facts: hashOfFacts(asked.facts ?? NO_FACTS),
  droppedEdges: [],
  changesOnFailure: changesOf(asked),
});

const objection = (reason: string): Result<never, Objection> => err({ gate: 'dependence', reason, detail: reason });
