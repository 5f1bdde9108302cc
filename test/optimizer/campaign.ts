import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import type { Certificate, Claim, Facts } from '../../src/llm/optimizer/ir/index.js';
import type { Checker } from './oracle/checker.js';
import { Judge, type Counterexample, type JudgeOptions } from './oracle/judge.js';
import { tellingWorlds } from './oracle/telling-worlds.js';
import { mix } from './oracle/mixing.js';
import { caseFamily, type CaseOptions } from './random/random-cases.js';

/** A checker has accepted what it should not have. */
export interface Finding {
  /** Of the family: the same again with `caseFamily(seed)`. */
  readonly seed: number | string;
  readonly mutation: string;
  readonly base: CompiledWorkflow;
  readonly candidate: CompiledWorkflow;
  readonly claim: Claim;
  /** Absent: it gave no answer, but threw. */
  readonly certificate?: Certificate;
  readonly facts: Facts;
  readonly counterexample: Counterexample;
}

export interface MutationCount {
  cases: number;
  accepted: number;
  /** By level. */
  readonly levels: Record<string, number>;
}

/** What a campaign has seen so far. */
export interface Report {
  cases: number;
  accepted: number;
  families: number;
  /** Worlds in which accepted candidates were compared with their base, and those of them that told nothing. */
  worlds: number;
  undecided: number;
  readonly mutations: Record<string, MutationCount>;
  /** The first of each kind. */
  readonly findings: Finding[];
  /** How many there were of each kind. */
  readonly kinds: Record<string, number>;
}

export const emptyReport = (): Report => ({
  ...{ cases: 0, accepted: 0, families: 0, worlds: 0, undecided: 0 },
  ...{ mutations: {}, findings: [], kinds: {} },
});

export interface CampaignOptions extends CaseOptions, JudgeOptions {
  readonly checker: Checker;
  readonly seed: number;
  /** Goes on until there were so many. */
  readonly cases: number;
  /** Or so many kinds of findings; default 1. */
  readonly findings?: number;
  readonly onProgress?: (report: Report, families: number) => void;
}

/** Holds a checker to what it accepts, in random cases by a seed. */
export const campaign = (options: CampaignOptions): Report => {
  const { seed, cases, findings = 1, onProgress } = options;
  const report = emptyReport();
  for (let family = 0; report.cases < cases && report.findings.length < findings; family++) {
    judgeFamily(`${seed}:${family}`, report, options);
    onProgress?.(report, family + 1);
  }
  return report;
};

const countOf = (report: Report, mutation: string): MutationCount =>
  (report.mutations[mutation] ??= { cases: 0, accepted: 0, levels: {} });

type Answer = ReturnType<Checker> | { readonly thrown: string };

/** Whatever is claimed, a checker answers. */
const answered = (checker: Checker, question: Parameters<Checker>[0]): Answer => {
  try {
    return checker(question);
  } catch (thrown) {
    return { thrown: `it throws ${String(thrown)}` };
  }
};

/** Two findings are of one kind if the same is said of them, wherever it was. */
export const kindOf = ({ why }: Counterexample): string => why.replace(/\/\S+/g, '/…');

const find = ({ kinds, findings }: Report, finding: Finding): void => {
  const kind = `${finding.mutation}, ${finding.claim.level}: ${kindOf(finding.counterexample)}`;
  kinds[kind] = (kinds[kind] ?? 0) + 1;
  if (kinds[kind] === 1) findings.push(finding);
};

/** One base and its candidates. */
export const judgeFamily = (seed: number | string, report: Report, options: CampaignOptions): void => {
  const family = caseFamily(seed, options);
  if (!family) return;
  report.families += 1;
  const { base, facts } = family;
  const judge = new Judge(base, facts, tellingWorlds(base, facts, mix(String(seed))), options);
  for (const { mutation, candidate, claim } of family.cases) {
    const count = countOf(report, mutation);
    report.cases += 1;
    count.cases += 1;
    const question = { base, candidate, claim, facts };
    const answer = answered(options.checker, question);
    if ('thrown' in answer) find(report, { seed, mutation, ...question, counterexample: { why: answer.thrown } });
    if ('thrown' in answer || !answer.ok) continue;
    const certificate = answer.value;
    report.accepted += 1;
    count.accepted += 1;
    count.levels[certificate.level] = (count.levels[certificate.level] ?? 0) + 1;
    const counterexample = judge.unsound(candidate, certificate);
    if (counterexample) find(report, { seed, mutation, ...question, certificate, counterexample });
  }
  report.worlds += judge.tally.worlds;
  report.undecided += judge.tally.undecided;
};
