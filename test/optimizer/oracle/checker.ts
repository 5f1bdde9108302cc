import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import type { Result } from '../../../src/kernel/index.js';
import type { Certificate, Claim, Facts, Objection } from '../../../src/llm/optimizer/ir/index.js';

/** What is under test: it proves a claim, or says why not. */
export type Checker = (question: {
  readonly base: CompiledWorkflow;
  readonly candidate: CompiledWorkflow;
  readonly claim: Claim;
  readonly facts: Facts;
}) => Result<Certificate, Objection>;
