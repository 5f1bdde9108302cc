import { compileWorkflow, type CompiledWorkflow, type Surroundings } from '../../../engine/core/index.js';
import { err, ok, type Result } from '../../../kernel/index.js';
import type { Certificate, Level, Objection } from '../ir/index.js';
import { applyOps, levelOf, type RewriteOp } from '../rewrite/index.js';
import type { Study } from '../rules/index.js';
import { check } from '../verify/index.js';

/** A change whose claim the checker accepted. */
export interface Proved {
  readonly ops: readonly RewriteOp[];
  readonly level: Level;
  readonly candidate: CompiledWorkflow;
  readonly certificate: Certificate;
}

/** A workflow that is being improved. */
export interface Subject {
  readonly study: Study;
  readonly surroundings: Surroundings;
}

/**
 * Makes a candidate of ops and proves it at the strongest level that it holds at, or says which gate it fails. `levels`:
 * those that are tried, the strongest first.
 */
export const prove = (
  { study, surroundings }: Subject,
  ops: readonly RewriteOp[],
  levels: readonly Level[] = levelsFor(levelOf(ops)),
): Result<Proved, Objection> => {
  const { workflow, places, facts } = study;
  const claimed = levelOf(ops);
  const rewritten = applyOps({ document: workflow.document, places }, ops, claimed);
  if (!rewritten.ok) {
    const { gate, reason, op } = rewritten.error;
    return err({ gate, reason, at: 'task' in op ? op.task : op.scope, detail: `the op ${op.op} can not be applied` });
  }
  const { document, claim } = rewritten.value;
  const accepted = compileWorkflow(document, surroundings);
  if (!accepted.ok) {
    const [first] = accepted.error;
    return err({ gate: 'validate', reason: first?.code ?? 'validation_error', detail: first?.message ?? '' });
  }
  const candidate = accepted.value.compiled;
  let refused: Objection | undefined;
  for (const level of levels) {
    const checked = check({ base: workflow, candidate, claim: { ...claim, level }, facts });
    if (checked.ok) return ok({ ops, level, candidate, certificate: checked.value });
    refused = checked.error;
  }
  return err(refused as Objection);
};

/** What holds exactly is worth more; an edge less may be either. */
const levelsFor = (claimed: Level): readonly Level[] =>
  claimed === 'success-equivalent' ? ['identical', 'success-equivalent'] : [claimed];
