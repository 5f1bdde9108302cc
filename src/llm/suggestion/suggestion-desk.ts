import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { compileWorkflow, type CompiledWorkflow } from '../../engine/core/index.js';
import { medianGantt, type Goal } from '../optimizer/simulate/index.js';
import type {
  Applied,
  ApplyRequest,
  BundleApplied,
  BundleRequest,
  Calibration,
  CanaryEnded,
  Confirmation,
  Impact,
  KeptSuggestion,
  PlacedEvent,
  Preview,
  RolledBack,
  StatedFacts,
  StoredSuggestion,
  SuggestAnswer,
  SuggestEvent,
  SuggestionFilter,
  SuggestionKind,
  Suggestions,
  SuggestRequest,
  Trial,
} from '../ports/index.js';
import { KeptRuns, type Taken, type ToldRun } from '../run/index.js';
import { mustBeReady } from '../tekton-llm-client/index.js';
import { Applying } from './apply-suggestion.js';
import { bundleOf } from './bundle.js';
import { patched } from './document-patch.js';
import { hashOf } from './identity.js';
import { Benefit } from './impact.js';
import { tellRules, tellSuggestions, type RulesResult, type RunResult } from './tell-suggestions.js';
import { orAborted } from './or-aborted.js';
import { readFacts } from './read-facts.js';
import { keysOf, wantedOf } from './question.js';
import { calibrationOf } from './trial/calibration.js';
import { FollowUps, type FollowUpParts } from './trial/follow-ups.js';
import { TrialWatch } from './trial/trial-watch.js';
import { Workshop, type WorkshopParts } from './workshop.js';

/** Hex digits of the name of a run. */
const NAME = 24;
/** Trials that the calibration looks at, the newest. */
const MOST_TRIALS = 10_000;

export interface DeskParts extends WorkshopParts, Pick<FollowUpParts, 'trials' | 'runs'> {
  readonly newId: () => Uuid;
}

/** Suggestions as a feature: made, kept, shown, applied, taken back. */
export class SuggestionDesk implements Suggestions {
  private readonly runs = new KeptRuns<SuggestEvent, RunResult, Uuid>();
  /** What the rules say stands, whatever became of the model that was to add to it. */
  private readonly rules = new KeptRuns<SuggestEvent, RulesResult, Uuid>();
  private readonly workshop: Workshop;
  private readonly applying: Applying;
  readonly followUps: FollowUps;
  /** Is to be told of executions that have ended. */
  readonly watch: TrialWatch;

  constructor(private readonly parts: DeskParts) {
    this.workshop = new Workshop(parts);
    this.applying = new Applying({ ...parts, workshop: this.workshop });
    this.followUps = new FollowUps(parts);
    this.watch = new TrialWatch({ ...parts, followUps: this.followUps });
    // With the verdict suggestions may be open again, or new.
    this.followUps.follow(({ workflow }) => this.forgetAll(workflow));
    // Whatever changes a workflow may end its trials, and suggestions of it that were answered.
    parts.catalog.follow(({ workflow }) => this.watch.changed(workflow.id));
  }

  async suggest(workflow: Uuid, request: SuggestRequest): Promise<SuggestAnswer> {
    const { run, isDone } = await this.runFor(workflow, request);
    const { degraded, ...result } = await run.result;
    return { ...result, ...(degraded && { degraded }), cached: isDone };
  }

  async stream(workflow: Uuid, request: SuggestRequest, after?: string): Promise<AsyncIterable<PlacedEvent>> {
    return this.runs.follow(await this.runFor(workflow, request), after);
  }

  private async runFor(workflow: Uuid, request: SuggestRequest): Promise<Taken<SuggestEvent, RunResult>> {
    const wanted = wantedOf(request);
    if (wanted.llm === 'require') await this.mustHaveModel(wanted.ms);
    const question = await this.workshop.question(workflow, wanted);
    const keys = keysOf(question, question.subject.surroundings.catalogue.revision);
    const { parts } = this;
    const options = { ms: wanted.ms, what: 'suggestions could not be made', onTrouble: parts.onTrouble };
    const fromRules = (): ToldRun<SuggestEvent, RulesResult> =>
      this.rules.take(keys.rules.slice(0, NAME), {
        about: workflow,
        telling: () => tellRules(question, parts),
        // Told by whoever listens to them.
        options: { ...options, onTrouble: () => undefined },
      }).run;
    return this.runs.take(keys.whole.slice(0, NAME), {
      about: workflow,
      telling: (signal) => tellSuggestions(fromRules(), { question, parts, signal }),
      options,
    });
  }

  /** What was answered may have another status now. */
  private forgetAll(workflow: Uuid): void {
    for (const runs of [this.runs, this.rules]) runs.forget((about) => about === workflow);
  }

  private async mustHaveModel(ms: number): Promise<void> {
    const looked = await orAborted(this.parts.proposer.ready(), AbortSignal.timeout(ms));
    mustBeReady(looked ?? { ok: false, reason: 'deadline' });
  }

  async list(filter: SuggestionFilter): Promise<{ readonly items: readonly KeptSuggestion[]; readonly total: number }> {
    await this.parts.catalog.find(filter.workflow);
    const { items, total } = await this.parts.store.list(filter);
    return { items: await this.followUps.withFollowUps(items), total };
  }

  async get(id: string): Promise<KeptSuggestion> {
    const [found] = await this.followUps.withFollowUps([await this.stored(id)]);
    return found as KeptSuggestion;
  }

  private async stored(id: string): Promise<StoredSuggestion> {
    const found = await this.parts.store.find(id);
    if (!found) throw new HarmoniaError('suggestion_not_found', { id });
    return found;
  }

  async preview(id: string): Promise<Preview> {
    const stored = await this.stored(id);
    const { workflowId, baseVersion, patch } = stored.suggestion;
    const { catalog } = this.parts;
    const { document } = await catalog.find(workflowId, baseVersion);
    const candidate = patched(document, patch);
    if (!candidate) throw new HarmoniaError('suggestion_unproved', { id, reason: 'its patch does not fit' });
    return { workflow: candidate, patch, simulation: await this.simulated(stored, document, candidate) };
  }

  private async simulated(
    { suggestion: { id, workflowId }, certificate }: StoredSuggestion,
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
    const { impact, simulation } = benefit.judge(after, 'balanced', certificate.stands);
    return { unit: impact.unit, before: rowsOf(benefit.base, impact), after: rowsOf(simulation, impact), impact };
  }

  async apply(id: string, request: ApplyRequest): Promise<Applied> {
    const stored = await this.stored(id);
    const others = stored.suggestion.requires;
    const applied = await this.applying.apply({ stored, request, with: others });
    this.changed(applied.workflowId);
    return applied;
  }

  async promote(id: string, request: Pick<ApplyRequest, 'note' | 'ifMatch'>): Promise<Applied> {
    const stored = await this.stored(id);
    const { requires, workflowId } = stored.suggestion;
    const trial = await this.canaryOf(stored);
    const applied = await this.applying.promote({ stored, request, with: requires }, trial);
    this.changed(workflowId);
    return applied;
  }

  async abandon(id: string): Promise<CanaryEnded> {
    const stored = await this.stored(id);
    await this.canaryOf(stored);
    return this.endCanary(stored.suggestion.workflowId);
  }

  async endCanary(workflow: Uuid): Promise<CanaryEnded> {
    const ended = await this.applying.abandon(workflow);
    this.changed(workflow);
    return ended;
  }

  async calibration(): Promise<Calibration> {
    return calibrationOf(await this.parts.trials.settledSince(0, MOST_TRIALS));
  }

  private async canaryOf({ suggestion: { id }, status }: StoredSuggestion): Promise<Trial> {
    const trial = status === 'canary' ? (await this.parts.trials.newest([id])).get(id) : undefined;
    if (!trial || trial.end) throw new HarmoniaError('canary_not_found', { what: 'Suggestion', id });
    return trial;
  }

  private changed(workflow: Uuid): void {
    this.forgetAll(workflow);
    this.watch.changed(workflow);
  }

  async applySafe(workflow: Uuid, request: BundleRequest): Promise<BundleApplied> {
    const goal: Goal = request.goal ?? 'balanced';
    const question = await this.workshop.question(workflow, wantedOf({ goal }));
    const { ifMatch = question.version } = request;
    if (ifMatch !== question.version)
      throw new HarmoniaError('version_changed', { id: workflow, version: question.version });
    const { items } = await this.parts.store.list({ workflow, status: 'open', offset: 0, limit: 1000 });
    const chosen = request.suggestions && new Set(request.suggestions);
    const unknown = request.suggestions?.find((id) => !items.some(({ suggestion }) => suggestion.id === id));
    if (unknown !== undefined) throw new HarmoniaError('suggestion_not_found', { id: unknown });
    const open = items.filter(({ suggestion: { id, kind } }) => !WHOLE.has(kind) && (chosen?.has(id) ?? true));
    const { made, left } = bundleOf(question, open, this.parts);
    if (!made) return { applied: null, bundle: null, left };
    const bundle = await this.workshop.keepOne(made);
    const applied = await this.applying.apply({ stored: bundle, request, with: bundle.suggestion.requires });
    this.changed(workflow);
    return { applied, bundle: await this.get(bundle.suggestion.id), left };
  }

  async dismiss(id: string, reason: string): Promise<KeptSuggestion> {
    const { suggestion, status } = await this.stored(id);
    const isDone = await this.parts.store.dismiss(id, { reason, at: this.parts.now() });
    if (!isDone) throw new HarmoniaError('suggestion_closed', { id, status, workflow: suggestion.workflowId });
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

/** Kinds that are no part of a bundle. */
const WHOLE: ReadonlySet<SuggestionKind> = new Set<SuggestionKind>(['bundle', 'rollback']);

/** In the unit of the impact. */
const rowsOf = (simulation: Parameters<typeof medianGantt>[0], { unit }: Impact): Preview['simulation']['before'] => {
  const scale = unit === 'seconds' ? 1 / 1000 : 1;
  return medianGantt(simulation).map((row) => ({ ...row, start: row.start * scale, end: row.end * scale }));
};
