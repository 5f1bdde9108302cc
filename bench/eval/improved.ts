import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { improve, type Improvement, type Subject } from '../../src/llm/optimizer/prove/index.js';
import { studyOf, type FindingKind } from '../../src/llm/optimizer/rules/index.js';
import { surroundings } from './catalogue.js';

const ROUNDS = 30;

export const subjectOf = (workflow: CompiledWorkflow): Subject => ({
  study: studyOf(workflow, NO_FACTS, surroundings.catalogue),
  surroundings,
});

/** A workflow after all that rules find has been applied, one after the other, until they find nothing more. */
export interface Improved {
  readonly workflow: CompiledWorkflow;
  readonly applied: readonly Improvement[];
}

export const improved = (base: CompiledWorkflow, kinds: readonly FindingKind[]): Improved => {
  const applied: Improvement[] = [];
  let workflow = base;
  for (let round = 0; round < ROUNDS; round++) {
    const found = improve(subjectOf(workflow)).find(({ kind }) => kinds.includes(kind));
    if (!found) break;
    applied.push(found);
    workflow = found.candidate;
  }
  return { workflow, applied };
};

/** What keeps meaning: every kind but those that a person has to confirm. */
export const SAFE: readonly FindingKind[] = [
  'remove_dead_tasks',
  'merge_duplicates',
  'remove_implied_edges',
  'parallelise',
];
