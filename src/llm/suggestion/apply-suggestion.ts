import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { compileWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog, WorkflowWithDocument } from '../../workflow/index.js';
import type { AppliedSuggestions, NewTrial } from '../../workflow/ports/index.js';
import type { Level } from '../optimizer/ir/index.js';
import { prove } from '../optimizer/prove/index.js';
import { check } from '../optimizer/verify/index.js';
import type { Applied, ApplyRequest, CanaryEnded, Impact, StoredSuggestion, Trial } from '../ports/index.js';
import { patchBetween, patched } from './document-patch.js';
import type { Workshop } from './workshop.js';

/** Levels that a person says yes to before they are applied: other things may happen than before. */
const TO_CONFIRM: ReadonlySet<Level> = new Set<Level>(['behaviour-change', 'policy-change']);

export interface ApplyingParts {
  readonly catalog: WorkflowCatalog;
  readonly workshop: Workshop;
  readonly now: () => number;
  readonly newId: () => Uuid;
}

/** Runs after which a version is judged, unless somebody says otherwise. */
const RUNS = 20;

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
    const { equivalence, kind } = suggestion;
    this.mustBeOpen(stored);
    const current = await this.mustBeSeen(stored, request);
    if (kind === 'rollback') return this.goBack(stored, request, current);
    if (TO_CONFIRM.has(equivalence) && request.confirm !== true)
      throw new HarmoniaError('suggestion_unconfirmed', { id: suggestion.id, equivalence });
    const document = await this.proved(stored, current.document);
    const work = this.save(stored, { document, request, with: others });
    return this.applied(await this.unlessChanged(stored, work), current, [suggestion.id, ...others]);
  }

  /** What a canary has tried becomes the current version, if it is still proved. */
  async promote({ stored, request, with: others }: ToApply, { candidate }: Trial): Promise<Applied> {
    const { id, workflowId, impact, baseHash } = stored.suggestion;
    const current = await this.mustBeSeen(stored, request);
    await this.proved(stored, current.document);
    const { document } = await this.parts.catalog.find(workflowId, candidate.version);
    const suggestions = { ...this.notes(request, [id, ...others]), trial: this.trial(impact, request) };
    const work = this.parts.catalog.update(workflowId, { source: document, expected: baseHash, suggestions });
    return this.applied(await this.unlessChanged(stored, work), current, [id, ...others]);
  }

  async abandon(workflow: Uuid): Promise<CanaryEnded> {
    const { version } = await this.parts.catalog.endCanary(workflow);
    return { workflowId: workflow, version };
  }

  /** Throws `suggestion_stale` unless the workflow is what the suggestion, and who applies it, take it for. */
  private async mustBeSeen(stored: StoredSuggestion, { ifMatch }: ApplyRequest): Promise<WorkflowWithDocument> {
    const { workflowId, baseHash } = stored.suggestion;
    const current = await this.parts.catalog.find(workflowId);
    const isSeen = ifMatch === undefined || ifMatch === current.workflow.version;
    if (!isSeen || current.workflow.definition !== baseHash) throw await this.stale(stored, current, ifMatch);
    return current;
  }

  private unlessChanged<T>(stored: StoredSuggestion, work: Promise<T>): Promise<T> {
    return work.catch(async (error: unknown) => {
      if (!(error instanceof HarmoniaError) || error.code !== 'version_changed') throw error;
      throw await this.stale(stored, await this.parts.catalog.find(stored.suggestion.workflowId));
    });
  }

  private applied(
    { workflow, version, document }: WorkflowWithDocument,
    from: WorkflowWithDocument,
    suggestions: readonly string[],
  ): Applied {
    return {
      ...{ workflowId: workflow.id, version: version.version, definition: version.definition },
      appliedFrom: { suggestions, version: from.version.version },
      inverse: inverseOf(document, from.document),
    };
  }

  /** Byte for byte the version before: nothing is to be proved of it, and nobody asks twice. */
  private async goBack(
    stored: StoredSuggestion,
    request: ApplyRequest,
    current: WorkflowWithDocument,
  ): Promise<Applied> {
    const { suggestion, certificate } = stored;
    const source = patched(current.document, suggestion.patch);
    if (!source) throw unproved(suggestion.id, 'its patch does not fit');
    const suggestions = this.notes(request, [suggestion.id]);
    const about = { source, expected: suggestion.baseHash, suggestions };
    const saved = await this.unlessChanged(stored, this.parts.catalog.update(suggestion.workflowId, about));
    if (saved.version.definition !== certificate.candidate) throw new Error('a version was not restored as it was');
    return this.applied(saved, current, [suggestion.id]);
  }

  private mustBeOpen({ suggestion: { id, workflowId: workflow }, status, feedback }: StoredSuggestion): void {
    if (status !== 'open' && status !== 'stale')
      throw new HarmoniaError('suggestion_closed', {
        ...{ id, status, workflow },
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
    { suggestion: { workflowId, baseHash: expected, id, impact } }: StoredSuggestion,
    change: { readonly document: JsonObject; readonly request: ApplyRequest; readonly with: readonly string[] },
  ): Promise<WorkflowWithDocument> {
    const { document: source, request } = change;
    const suggestions = { ...this.notes(request, [id, ...change.with]), trial: this.trial(impact, request) };
    const { catalog } = this.parts;
    if (!request.canary) return catalog.update(workflowId, { source, expected, suggestions }, true);
    return catalog.startCanary(workflowId, { source, expected, suggestions, share: request.canary.share });
  }

  private notes({ note }: ApplyRequest, ids: readonly string[]): AppliedSuggestions {
    return { ids, at: this.parts.now(), ...(note !== undefined && { note }) };
  }

  private trial(impact: Impact | null, { runs = RUNS }: ApplyRequest): NewTrial {
    return { id: this.parts.newId(), runs, predicted: JSON.parse(JSON.stringify(impact)) as Json };
  }

  /** With the same change of the version of today, when that can be proved as well. */
  private async stale(
    { suggestion }: StoredSuggestion,
    { workflow }: WorkflowWithDocument,
    seen = suggestion.baseVersion,
  ): Promise<HarmoniaError> {
    const { id, workflowId, baseVersion, ops, equivalence, kind } = suggestion;
    const params = { id, base: baseVersion, seen, version: workflow.version };
    if (workflow.definition === suggestion.baseHash) return new HarmoniaError('suggestion_stale', params);
    if (kind === 'rollback') return new HarmoniaError('suggestion_stale', params, { details: { rebased: null } });
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
