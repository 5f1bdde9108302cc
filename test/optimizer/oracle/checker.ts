import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import type { Certificate, Claim, Facts, Objection } from '../../../src/llm/optimizer/ir/index.js';

/** What is under test: it proves a claim, or says why not. */
export type Checker = (
  base: CompiledWorkflow,
  candidate: CompiledWorkflow,
  claim: Claim,
  facts: Facts,
) => Certificate | Objection;

export const isCertificate = (answer: Certificate | Objection): answer is Certificate => 'checker' in answer;
