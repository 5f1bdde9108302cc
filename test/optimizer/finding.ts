import type { Certificate } from '../../src/llm/optimizer/ir/index.js';
import { kindOf, type Finding } from './campaign.js';
import type { Checker } from './oracle/checker.js';
import { Judge, type Counterexample, type JudgeOptions } from './oracle/judge.js';
import { mix } from './oracle/mixing.js';
import { shrink, type Claimed } from './oracle/shrink.js';
import { tellingWorlds } from './oracle/telling-worlds.js';
import { compiledOf } from './random/surroundings.js';

interface Judged {
  readonly counterexample: Counterexample;
  readonly certificate?: Certificate;
}

const judged = (question: Claimed, checker: Checker, { seed, ...options }: Told): Judged | undefined => {
  const [base, candidate] = [compiledOf(question.base), compiledOf(question.candidate)];
  if (!base || !candidate) return undefined;
  const { claim, facts } = question;
  try {
    const answer = checker({ base, candidate, claim, facts });
    if (!answer.ok) return undefined;
    const worlds = tellingWorlds(base, facts, mix(String(seed)));
    const counterexample = new Judge(base, facts, worlds, options).unsound(candidate, answer.value);
    return counterexample && { counterexample, certificate: answer.value };
  } catch (thrown) {
    return { counterexample: { why: `it throws ${String(thrown)}` } };
  }
};

type Told = JudgeOptions & { readonly seed: number | string };

const claimText = ({ claim, facts }: Claimed, certificate: Certificate | undefined): string[] => [
  `claim:     ${JSON.stringify(claim)}`,
  `facts:     ${JSON.stringify(facts)}`,
  ...(certificate ? [`on failure: ${JSON.stringify(certificate.changesOnFailure)}`] : []),
];

const worldText = ({ why, world, observation }: Counterexample): string[] => [
  `why:       ${why}`,
  ...(world ? [`world:     ${world.name}, seed ${world.seed}`] : []),
  ...(observation
    ? [
        `ends:      ${observation.end} ${observation.output}`,
        ...observation.log.map(({ path, said, deed, outcome }) => `  ${deed} ${path}: ${said} → ${outcome}`),
        ...observation.endings.split('\n').map((ending) => `  ${ending}`),
      ]
    : []),
];

const SEEDS = [1, 2, 3, 4, 5];

/** What is wrong with the answer of a checker to one question; undefined: nothing was found, or it refuses. */
export const objectionTo = (question: Claimed, checker: Checker): string | undefined => {
  for (const seed of SEEDS) {
    const found = judged(question, checker, { seed });
    if (found) return worldText(found.counterexample).join('\n');
  }
  return undefined;
};

/** A finding, made as small as it can be and still be one of its kind: everything that is needed to see it again. */
export const tell = (finding: Finding, checker: Checker, options: JudgeOptions = {}): string => {
  const { seed, mutation, claim, facts, counterexample } = finding;
  const first: Claimed = {
    ...{ claim, facts },
    base: finding.base.document,
    candidate: finding.candidate.document,
  };
  const kind = kindOf(counterexample);
  const told = { ...options, seed };
  const small = shrink(first, (question) => {
    const found = judged(question, checker, told);
    return found !== undefined && kindOf(found.counterexample) === kind;
  });
  const found = judged(small, checker, told) ?? { counterexample };
  return [
    `${mutation}, family ${seed}`,
    `base:      ${JSON.stringify(small.base)}`,
    `candidate: ${JSON.stringify(small.candidate)}`,
    ...claimText(small, found.certificate),
    ...worldText(found.counterexample),
  ].join('\n');
};
