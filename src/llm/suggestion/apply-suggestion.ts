import { HarmoniaError, type Json, type JsonObject } from '../../kernel/index.js';
import { compileWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog, WorkflowWithDocument } from '../../workflow/index.js';
import type { Level } from '../optimizer/ir/index.js';
import { prove } from '../optimizer/prove/index.js';
import { check } from '../optimizer/verify/index.js';
import type { Applied, ApplyRequest, StoredSuggestion } from '../ports/index.js';
import { patchBetween, patched } from './document-patch.js';
import type { Workshop } from './workshop.js';

/** Levels that a person says yes to before they are applied: other things may happen than before. */
const TO_CONFIRM: ReadonlySet<Level> = new Set<Level>(['behaviour-change', 'policy-change']);

export interface ApplyingParts {
  readonly catalog: WorkflowCatalog;
  readonly workshop: Workshop;
  readonly now: () => number;
}

/** What becomes a version. */
export interface ToApply {
  readonly stored: StoredSuggestion;
  readonly request: ApplyRequest;
  /** Suggestions that are applied with it. */
  readonly with: readonly string[];
}

/** Makes versions of suggestions, each proved once more with what is known now. */
export class Applying {
  constructor(private readonly parts: ApplyingParts) {}

  async apply({ stored, request, with: others }: ToApply): Promise<Applied> {
    const { suggestion } = stored;
    const { workflowId, baseHash, baseVersion, equivalence } = suggestion;
    this.mustBeOpen(stored);
    const current = await this.parts.catalog.find(workflowId);
    const isSeen = request.ifMatch === undefined || request.ifMatch === current.workflow.version;
    if (!isSeen || current.workflow.definition !== baseHash) throw await this.stale(stored, current);
    if (TO_CONFIRM.has(equivalence) && request.confirm !== true)
      throw new HarmoniaError('suggestion_unconfirmed', { id: suggestion.id, equivalence });
    const document = await this.proved(stored, current.document);
    const saved = await this.save(stored, { document, request, with: others }).catch(async (error: unknown) => {
      if (error instanceof HarmoniaError && error.code === 'version_changed')
        throw await this.stale(stored, await this.parts.catalog.find(workflowId));
      throw error;
    });
    return {
      workflowId,
      version: saved.version.version,
      definition: saved.version.definition,
      appliedFrom: { suggestions: [suggestion.id, ...others], version: baseVersion },
      inverse: inverseOf(saved.document, current.document),
    };
  }

  private mustBeOpen({ suggestion: { id }, status, feedback }: StoredSuggestion): void {
    if (status === 'dismissed' || status === 'applied' || status === 'superseded')
      throw new HarmoniaError('suggestion_closed', {
        id,
        status,
        ...(feedback?.version && { version: feedback.version }),
      });
  }

  /** The patched document, if the checker still accepts what is claimed of it. It knows nothing of who made the patch. */
  private async proved({ suggestion, certificate }: StoredSuggestion, base: JsonObject): Promise<JsonObject> {
    const { id, workflowId, patch } = suggestion;
    const document = patched(base, patch);
    if (!document) throw unproved(id, 'its patch does not fit');
    const { surroundings } = this.parts.catalog;
    const subject = await this.parts.workshop.subjectOf(workflowId);
    const accepted = compileWorkflow(document, surroundings);
    if (!accepted.ok) throw unproved(id, accepted.error[0]?.message ?? 'the result is no valid workflow');
    const { study } = subject;
    const candidate = accepted.value.compiled;
    const checked = check({ base: study.workflow, candidate, claim: certificate, facts: study.facts });
    if (!checked.ok) throw unproved(id, `${checked.error.gate}: ${checked.error.detail}`);
    return document;
  }

  private save(
    { suggestion }: StoredSuggestion,
    change: { readonly document: JsonObject; readonly request: ApplyRequest; readonly with: readonly string[] },
  ): Promise<WorkflowWithDocument> {
    const { workflowId, baseHash, id } = suggestion;
    const { note } = change.request;
    return this.parts.catalog.update(
      workflowId,
      {
        source: change.document,
        expected: baseHash,
        suggestions: { ids: [id, ...change.with], at: this.parts.now(), ...(note !== undefined && { note }) },
      },
      true,
    );
  }

  /** With the same change of the version of today, when that can be proved as well. */
  private async stale({ suggestion }: StoredSuggestion, { workflow }: WorkflowWithDocument): Promise<HarmoniaError> {
    const { id, workflowId, baseVersion, ops, equivalence } = suggestion;
    const params = { id, base: baseVersion, version: workflow.version };
    if (workflow.definition === suggestion.baseHash) return new HarmoniaError('suggestion_stale', params);
    const subject = await this.parts.workshop.subjectOf(workflowId);
    const result = prove(subject, ops, [equivalence]);
    const rebased = result.ok ? await this.parts.workshop.rebased(suggestion, result.value) : undefined;
    const details = { rebased: rebased ? (JSON.parse(JSON.stringify(rebased.suggestion)) as Json) : null };
    return new HarmoniaError('suggestion_stale', params, { details });
  }
}

const unproved = (id: string, reason: string): HarmoniaError =>
  new HarmoniaError('suggestion_unproved', { id, reason });

/** What restores the base byte for byte: tried before it is promised. */
const inverseOf = (from: JsonObject, base: JsonObject): Applied['inverse'] => {
  const inverse = patchBetween(from, base);
  if (JSON.stringify(patched(from, inverse)) !== JSON.stringify(base))
    throw new Error('an inverse patch does not restore its base');
  return inverse;
};
