import { Chance } from '../../../src/kernel/index.js';
import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import { NO_FACTS, type Certificate, type Claim } from '../../../src/llm/optimizer/ir/index.js';
import { applyOps, levelOf, type RewriteOp } from '../../../src/llm/optimizer/rewrite/index.js';
import {
  mergeDuplicates,
  parallelise,
  removeDeadTasks,
  removeImpliedEdges,
  studyOf,
  type Study,
} from '../../../src/llm/optimizer/rules/index.js';
import { check } from '../../../src/llm/optimizer/verify/index.js';
import { Judge } from '../../../test/optimizer/oracle/judge.js';
import { calm } from '../../../test/optimizer/oracle/world.js';
import { FLAT, FULL, randomDocument } from '../../../test/optimizer/random/random-document.js';
import { compiledOf } from '../../../test/optimizer/random/surroundings.js';
import { atMost, percent, type Part } from '../report.js';

export interface ShapeOnlyOptions {
  readonly seed: number;
  /** Edits of each model that have the shape of a workflow. */
  readonly edits: number;
}

/** Who proposes: what rules would propose in that share, what comes to its mind else. */
const MODELS = { 'noisy, one in five wrong': 0.8, 'noisy, half wrong': 0.5, adversary: 0 } as const;

/** Anything that may be asked for, of any task. */
const anyOp = ({ places }: Study, chance: Chance): RewriteOp => {
  const placed = chance.pick(places.tasks);
  const { path, home, task } = placed;
  const sibling = chance.pick(home.tasks).task.id;
  const before = task.needs.length > 0 ? (home.tasks[chance.pick(task.needs)]?.task.id ?? sibling) : sibling;
  const kinds: readonly RewriteOp[] = [
    { op: 'remove_edge', task: path, needs: before },
    { op: 'add_edge', task: path, needs: sibling },
    { op: 'remove_task', task: path },
    { op: 'merge_tasks', task: path, drop: sibling },
    { op: 'set_cache', task: path, ttl: 60 },
    { op: 'spell_out_output', scope: home.path },
  ];
  return chance.pick(kinds);
};

const opsOf = (study: Study, share: number, chance: Chance): readonly RewriteOp[] => {
  const findings = [removeDeadTasks, mergeDuplicates, removeImpliedEdges, parallelise].flatMap((rule) => rule(study));
  if (findings.length > 0 && chance.happens(share)) return chance.pick(findings).ops;
  return Array.from({ length: 1 + chance.below(2) }, () => anyOp(study, chance));
};

/** Promises nothing of executions in which something fails: only the others are looked at here. */
const promise = (claim: Claim, { tasks }: Study['places']): Certificate => ({
  ...{ ...claim, level: 'success-equivalent', checker: '', base: '', candidate: '', facts: '', droppedEdges: [] },
  changesOnFailure: tasks.flatMap(({ path }) => [
    { is: 'runs_anyway', task: path, although: path } as const,
    { is: 'fails_no_more', task: path } as const,
  ]),
});

interface Tally {
  edits: number;
  harmful: number;
  passed: number;
  harmfulPassed: number;
}

/** One edit; nothing is counted unless a workflow comes of it: schema, references and cycles are in order. */
const judgeEdit = (base: CompiledWorkflow, share: number, chance: Chance, tally: Tally): void => {
  const study = studyOf(base, NO_FACTS);
  const ops = opsOf(study, share, chance);
  const rewritten = applyOps({ document: base.document, places: study.places }, ops, levelOf(ops));
  const candidate = rewritten.ok ? compiledOf(rewritten.value.document) : undefined;
  if (!rewritten.ok || !candidate) return;
  const { claim } = rewritten.value;
  const worlds = [calm(chance.below(1_000_000)), calm(chance.below(1_000_000))];
  const judge = new Judge(base, NO_FACTS, worlds);
  const isHarmful = judge.unsound(candidate, promise(claim, study.places)) !== undefined;
  const passes = check({ base, candidate, claim, facts: NO_FACTS }).ok;
  tally.edits += 1;
  if (isHarmful) tally.harmful += 1;
  if (passes) tally.passed += 1;
  if (isHarmful && passes) tally.harmfulPassed += 1;
};

const tallyOf = (model: string, share: number, { seed, edits }: ShapeOnlyOptions): Tally => {
  const tally: Tally = { edits: 0, harmful: 0, passed: 0, harmfulPassed: 0 };
  for (let n = 0; tally.edits < edits; n++) {
    const chance = new Chance('edit', model, seed, n);
    const base = compiledOf(randomDocument(`${seed}:${n}`, chance.happens(0.5) ? FLAT : FULL));
    if (base) judgeEdit(base, share, chance, tally);
  }
  return tally;
};

export const shapeOnly = (options: ShapeOnlyOptions): Part => {
  const tallies = Object.entries(MODELS).map(([model, share]) => ({ model, ...tallyOf(model, share, options) }));
  const all = tallies.reduce((sum, { harmfulPassed }) => sum + harmfulPassed, 0);
  return {
    id: 'shape-only',
    title: 'Looking at the shape only, and proving',
    about:
      'The same edits, proposed by scripted models, go through two pipelines: one accepts whatever has the right shape (schema, references, no cycle), as products that let a model edit workflows do; the other is ours. An edit is harmful when the oracle finds a schedule of an execution in which nothing fails that gives another output, or other effects, than the workflow as it was. What passes here keeps its promise in executions that fail, too; the part above looks at that.',
    figures: [atMost('harmful edits that pass the checker', all, 0)],
    table: {
      head: [
        'model',
        'edits',
        'harmful',
        'harmful among what shape alone lets through, %',
        'of the harmless, proved, %',
        'harmful and proved',
      ],
      rows: tallies.map(({ model, edits, harmful, passed, harmfulPassed }) => [
        ...[model, edits, harmful, percent(harmful, edits)],
        ...[percent(passed - harmfulPassed, edits - harmful), harmfulPassed],
      ]),
    },
  };
};
