import type { Instant } from '../../../kernel/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { Certificate, Level } from '../../optimizer/ir/index.js';
import { CHECKER_VERSION } from '../../optimizer/verify/index.js';
import type { Observed, StoredSuggestion, Suggestion, Trial } from '../../ports/index.js';
import { patchBetween } from '../document-patch.js';
import { hashOf } from '../identity.js';
import { EXPIRES } from '../findings.js';
import { worseIn } from './observed.js';

/** 1 less the level at which something was found to be worse. */
const SURE = 0.95;

/** What going back is, when going there was that. What may happen when something fails is not undone by a proof. */
const inverseOf = ({ equivalence, changesOnFailure }: Suggestion): Level => {
  if (equivalence === 'identical' || equivalence === 'policy-change') return equivalence;
  return equivalence === 'success-equivalent' && changesOnFailure.length === 0 ? equivalence : 'behaviour-change';
};

/** A suggestion to go back to the version before, byte for byte. It has no ops: nothing of it needs to be proved. */
export const rollbackOffer = async (
  { id: trial, workflow, base, candidate }: Trial,
  from: Suggestion,
  { catalog, observed, now }: { readonly catalog: WorkflowCatalog; readonly observed: Observed; readonly now: Instant },
): Promise<StoredSuggestion> => {
  const [{ document: before }, { document: after }] = await Promise.all([
    catalog.find(workflow, base.version),
    catalog.find(workflow, candidate.version),
  ]);
  const id = hashOf(['rollback', trial]);
  const equivalence = inverseOf(from);
  const certificate: Certificate = {
    ...{ level: equivalence, stands: {}, gone: {}, policies: {}, checker: CHECKER_VERSION },
    ...{ base: candidate.definition, candidate: base.definition, facts: '', droppedEdges: [], changesOnFailure: [] },
  };
  const suggestion: Suggestion = {
    ...{ id, workflowId: workflow, baseVersion: candidate.version, baseHash: candidate.definition, kind: 'rollback' },
    title: `Go back to version ${base.version}: ${candidate.version} is worse`,
    rationale: `In ${observed.runs.after} runs of ${candidate.version} and ${observed.runs.before} of ${base.version}: ${worseIn(observed)}.`,
    ops: [],
    patch: patchBetween(after, before),
    inverse: patchBetween(before, after),
    equivalence,
    verification: {
      status: 'unproved',
      checkerVersion: CHECKER_VERSION,
      certificateHash: hashOf(certificate),
      gates: [{ id: 'apply', ok: true, detail: `it is version ${base.version} byte for byte, which ran before` }],
    },
    ...{ changesOnFailure: [], impact: null, risk: 'low', confidence: SURE, score: 1 },
    ...{ conflictsWith: [], requires: [], source: 'rules' },
  };
  return { suggestion, certificate, status: 'open', createdAt: now, expiresAt: now + EXPIRES };
};
