import { LRUCache } from 'lru-cache';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { compileWorkflow, type CompiledWorkflow } from '../../engine/core/index.js';
import { medianGantt, type Goal } from '../optimizer/simulate/index.js';
import type {
  Applied,
  ApplyRequest,
  BundleApplied,
  BundleRequest,
  Confirmation,
  Impact,
  KeptSuggestion,
  PlacedEvent,
  Preview,
  RolledBack,
  StatedFacts,
  StoredSuggestion,
  SuggestAnswer,
  SuggestionFilter,
  Suggestions,
  SuggestRequest,
} from '../ports/index.js';
import { Applying } from './apply-suggestion.js';
import { bundleOf } from './bundle.js';
import { patched } from './document-patch.js';
import { hashOf } from './identity.js';
import { Benefit } from './impact.js';
import { SuggestionMaker } from './make-suggestions.js';
import { readFacts } from './read-facts.js';
import { keyOf, wantedOf } from './question.js';
import { SuggestionRun } from './suggestion-run.js';
import { Workshop, type WorkshopParts } from './workshop.js';

/** Answers that are kept, and for how long. */
const RUNS_KEPT = 500;
const KEPT_FOR = 3_600_000;
/** Hex digits of the name of a run. */
const NAME = 24;

interface KeptRun {
  readonly run: SuggestionRun;
  readonly workflow: Uuid;
  isDone: boolean;
}

/** Suggestions as a feature: made, kept, shown, applied, taken back. */
export class SuggestionDesk implements Suggestions {
  private readonly runs = new LRUCache<string, KeptRun>({ max: RUNS_KEPT, ttl: KEPT_FOR });
  private readonly workshop: Workshop;
  private readonly applying: Applying;

  constructor(private readonly parts: WorkshopParts) {
    this.workshop = new Workshop(parts);
    this.applying = new Applying({ catalog: parts.catalog, workshop: this.workshop, now: parts.now });
  }

  async suggest(workflow: Uuid, request: SuggestRequest): Promise<SuggestAnswer> {
    const { run, isDone } = await this.runFor(workflow, request);
    const { degraded, ...result } = await run.result;
    return { ...result, ...(degraded && { degraded }), cached: isDone };
  }

  async stream(workflow: Uuid, request: SuggestRequest, after?: string): Promise<AsyncIterable<PlacedEvent>> {
    const place = after === undefined ? undefined : SuggestionRun.placeIn(after);
    const { run, name } = await this.runFor(workflow, request);
    return run.follow(place?.run === name ? place.place : 0);
  }

  private async runFor(
    workflow: Uuid,
    request: SuggestRequest,
  ): Promise<{ readonly run: SuggestionRun; readonly isDone: boolean; readonly name: string }> {
    const wanted = wantedOf(request);
    if (wanted.llm === 'require') await this.mustHaveModel();
    const question = await this.workshop.question(workflow, wanted);
    const name = keyOf(question, question.subject.surroundings.catalogue.revision).slice(0, NAME);
    const known = this.runs.get(name);
    if (known) return { run: known.run, isDone: known.isDone, name };
    const { onTrouble } = this.parts;
    const run = new SuggestionRun(name, new SuggestionMaker(question, this.parts), { ms: wanted.ms, onTrouble });
    const kept: KeptRun = { run, workflow, isDone: false };
    this.runs.set(name, kept);
    run.result.then(
      // What was less than asked for is not an answer for later.
      ({ degraded }) => (degraded ? this.forget(name, kept) : (kept.isDone = true)),
      () => this.forget(name, kept),
    );
    return { run, isDone: false, name };
  }

  private forget(name: string, kept: KeptRun): void {
    if (this.runs.peek(name) === kept) this.runs.delete(name);
  }

  /** What was answered may have another status now. */
  private forgetAll(workflow: Uuid): void {
    for (const [name, kept] of this.runs.entries()) if (kept.workflow === workflow) this.runs.delete(name);
  }

  private async mustHaveModel(): Promise<void> {
    const { proposer } = this.parts;
    const ready = proposer ? await proposer.ready() : ({ ok: false, reason: 'none is configured' } as const);
    if (!ready.ok) throw new HarmoniaError('llm_unavailable', { reason: ready.reason });
  }

  async list(filter: SuggestionFilter): Promise<{ readonly items: readonly KeptSuggestion[]; readonly total: number }> {
    await this.parts.catalog.find(filter.workflow);
    return this.parts.store.list(filter);
  }

  async get(id: string): Promise<StoredSuggestion> {
    const found = await this.parts.store.find(id);
    if (!found) throw new HarmoniaError('suggestion_not_found', { id });
    return found;
  }

  async preview(id: string): Promise<Preview> {
    const { suggestion } = await this.get(id);
    const { workflowId, baseVersion, patch } = suggestion;
    const { catalog } = this.parts;
    const { document } = await catalog.find(workflowId, baseVersion);
    const candidate = patched(document, patch);
    if (!candidate) throw new HarmoniaError('suggestion_unproved', { id, reason: 'its patch does not fit' });
    return { workflow: candidate, patch, simulation: await this.simulated(suggestion, document, candidate) };
  }

  private async simulated(
    { id, workflowId }: StoredSuggestion['suggestion'],
    base: JsonObject,
    candidate: JsonObject,
  ): Promise<Preview['simulation']> {
    const { catalog, histories, limits } = this.parts;
    const [before, after] = [base, candidate].map((document) => {
      const accepted = compileWorkflow(document, catalog.surroundings);
      if (accepted.ok) return accepted.value.compiled;
      throw new HarmoniaError('suggestion_unproved', { id, reason: accepted.error[0]?.message ?? 'it is not valid' });
    }) as [CompiledWorkflow, CompiledWorkflow];
    const { windowDays, minRuns } = wantedOf({});
    const facts = await this.parts.facts.factsFor(workflowId, before);
    const about = { workflow: workflowId, compiled: before, facts, definition: hashOf(base), windowDays, minRuns };
    const benefit = new Benefit(before, (await histories.of(about)).history, limits);
    const { impact, simulation } = benefit.judge(after, 'balanced');
    return { unit: impact.unit, before: rowsOf(benefit.base, impact), after: rowsOf(simulation, impact), impact };
  }

  async apply(id: string, request: ApplyRequest): Promise<Applied> {
    const stored = await this.get(id);
    const others = stored.suggestion.requires;
    const applied = await this.applying.apply({ stored, request, with: others });
    this.forgetAll(applied.workflowId);
    return applied;
  }

  async applySafe(workflow: Uuid, request: BundleRequest): Promise<BundleApplied> {
    const goal: Goal = request.goal ?? 'balanced';
    const question = await this.workshop.question(workflow, wantedOf({ goal }));
    const { items } = await this.parts.store.list({ workflow, status: 'open', offset: 0, limit: 1000 });
    const chosen = request.suggestions && new Set(request.suggestions);
    const unknown = request.suggestions?.find((id) => !items.some(({ suggestion }) => suggestion.id === id));
    if (unknown !== undefined) throw new HarmoniaError('suggestion_not_found', { id: unknown });
    const open = items.filter(({ suggestion: { id, kind } }) => kind !== 'bundle' && (chosen?.has(id) ?? true));
    const { made, left } = bundleOf(question, open, this.parts);
    if (!made) return { applied: null, bundle: null, left };
    const bundle = await this.workshop.keepOne(made);
    const applied = await this.applying.apply({ stored: bundle, request, with: bundle.suggestion.requires });
    this.forgetAll(workflow);
    return { applied, bundle: await this.get(bundle.suggestion.id), left };
  }

  async dismiss(id: string, reason: string): Promise<KeptSuggestion> {
    const { suggestion, status } = await this.get(id);
    const isDone = await this.parts.store.dismiss(id, { reason, at: this.parts.now() });
    if (!isDone) throw new HarmoniaError('suggestion_closed', { id, status });
    this.forgetAll(suggestion.workflowId);
    return this.get(id);
  }

  async rollback(workflow: Uuid, version: string): Promise<RolledBack> {
    const { catalog } = this.parts;
    const before = await catalog.find(workflow);
    const { document, version: wanted } = await catalog.find(workflow, version);
    const expected = before.workflow.definition;
    const saved = await catalog.update(workflow, { source: document, expected });
    if (saved.workflow.definition !== wanted.definition) throw new Error('a version was not restored as it was');
    this.forgetAll(workflow);
    return {
      ...{ workflowId: workflow, version: saved.workflow.version, from: before.workflow.version },
      definition: saved.workflow.definition,
    };
  }

  async facts(): Promise<{ readonly stated: StatedFacts; readonly configured: StatedFacts }> {
    return { stated: await this.parts.facts.stated(), configured: this.parts.facts.configured };
  }

  async stateFacts(body: Json): Promise<void> {
    const facts = readFacts(body);
    if (facts.ok) return this.parts.facts.state(facts.value);
    const { error: faults } = facts;
    throw new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });
  }

  async confirmations(workflow: Uuid): Promise<readonly Confirmation[]> {
    const { compiled } = await this.parts.catalog.runnable(workflow);
    return this.parts.facts.confirmations(workflow, compiled);
  }

  async confirm(workflow: Uuid, pairs: readonly Confirmation[]): Promise<void> {
    const { compiled } = await this.parts.catalog.runnable(workflow);
    await this.parts.facts.confirm(workflow, pairs, compiled);
  }
}

/** In the unit of the impact. */
const rowsOf = (simulation: Parameters<typeof medianGantt>[0], { unit }: Impact): Preview['simulation']['before'] => {
  const scale = unit === 'seconds' ? 1 / 1000 : 1;
  return medianGantt(simulation).map((row) => ({ ...row, start: row.start * scale, end: row.end * scale }));
};
