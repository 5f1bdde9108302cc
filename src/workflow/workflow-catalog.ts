import { maxSatisfying } from 'semver';
import { LRUCache } from 'lru-cache';
import {
  canonicalJson,
  contentHash,
  HarmoniaError,
  type Clock,
  type Fault,
  type Instant,
  type JsonObject,
  type Uuid,
} from '../kernel/index.js';
import { compileWorkflow, type CompiledWorkflow, type Surroundings, type TaskCatalogue } from '../engine/core/index.js';
import type { RunnableWorkflow, StartExecution } from '../engine/index.js';
import type { IdempotencyKey } from '../engine/ports/index.js';
import { isDrawn } from './canary.js';
import { checkDocument, type Checked } from './check-document.js';
import { nextFree } from './next-free.js';
import { describe, withVersion, type WorkflowWithDocument } from './workflow-with-document.js';
import type { ImportOptions } from './dialect/index.js';
import type {
  AppliedSuggestions,
  NewCandidate,
  StoredDraft,
  StoredVersion,
  StoredWorkflow,
  WorkflowFilter,
  WorkflowOrigin,
  WorkflowPage,
  WorkflowStore,
} from './ports/index.js';

/** Tasks of the compiled definitions that are kept in memory. */
const TASKS_KEPT = 200_000;

/** A definition that is kept compiled. */
interface Kept {
  readonly compiled: CompiledWorkflow;
  /** Revision of the task types that it was checked against; undefined: it was compiled without asking for them. */
  readonly revision: number | undefined;
}

export interface SaveWorkflow {
  readonly source: unknown;
  readonly options?: ImportOptions;
  readonly key?: Omit<IdempotencyKey, 'resource' | 'at'>;
  /** Of a new workflow: the template that it is made of. */
  readonly origin?: WorkflowOrigin;
  /** Of an update: content hash of the definition that the caller has seen; another one is `version_changed`. */
  readonly expected?: string;
  /** Suggestions that the version is made of. */
  readonly suggestions?: AppliedSuggestions;
}

/** A version that runs beside the current one. */
export type SaveCandidate = Pick<NewCandidate, 'expected' | 'share' | 'suggestions'> & { readonly source: JsonObject };

/** What `Engine.start` needs of the workflow. */
export type ToStart = Pick<Required<StartExecution>, 'execution' | 'workflow'>;

export interface CatalogOptions {
  readonly store: WorkflowStore;
  readonly surroundings: Surroundings;
  /** The task types of a set of plugin versions. Default: there is only one. */
  readonly catalogueOf?: (plugins: number | undefined) => TaskCatalogue;
  readonly clock: Clock;
  readonly newId: () => Uuid;
}

/** What became of a workflow. */
export interface WorkflowChanged {
  readonly type: 'workflow_created' | 'workflow_updated' | 'workflow_deleted';
  readonly workflow: StoredWorkflow;
  readonly at: Instant;
}

/** Workflows and their immutable versions: checked when they are saved, compiled when they are run. */
export class WorkflowCatalog {
  private readonly kept = new LRUCache<string, Kept>({
    maxSize: TASKS_KEPT,
    sizeCalculation: ({ compiled }) => 1 + compiled.taskCount,
  });

  private readonly followers = new Set<(change: WorkflowChanged) => void>();

  constructor(private readonly options: CatalogOptions) {}

  /** Tells of every change once it is kept. Who is told must not throw. Answers how to stop. */
  follow(follower: (change: WorkflowChanged) => void): () => void {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  }

  /** What documents are checked against today. */
  get surroundings(): Surroundings {
    return this.options.surroundings;
  }

  /** Imports and validates a document without keeping it: every fault in one report. */
  check(source: unknown, options?: ImportOptions): Checked {
    return checkDocument(source, this.options.surroundings, options);
  }

  /** Keeps a new workflow. Throws `validation_error` with every fault. */
  async create(request: SaveWorkflow): Promise<WorkflowWithDocument> {
    const { document, compiled } = this.mustBeValid(request);
    const now = this.options.clock.now();
    const id = this.options.newId();
    const workflow = describe({ id, createdAt: now, updatedAt: now }, document, compiled);
    const key = request.key && { ...request.key, resource: id, at: now };
    const { origin } = request;
    await this.options.store.save({ workflow, document, ...(key && { key }), ...(origin && { origin }) });
    this.tell('workflow_created', workflow, now);
    return withVersion(workflow, document);
  }

  /**
   * Keeps a further version of a workflow. A version that is there may be sent again with the same content; with other
   * content it is `version_exists`, unless `bump` asks for the next free patch version.
   */
  async update(id: Uuid, request: SaveWorkflow, bump = false): Promise<WorkflowWithDocument> {
    const { expected, suggestions } = request;
    const { saved, before } = await this.keepVersion(id, { request, bump }, ({ workflow, document }) =>
      this.options.store.save({
        ...{ workflow, document },
        ...(expected !== undefined && { expected }),
        ...(suggestions && { suggestions }),
      }),
    );
    const { workflow } = saved;
    this.tell('workflow_updated', workflow, workflow.updatedAt);
    // Only another definition ends the canary.
    const { canary } = before.definition === workflow.definition ? before : {};
    return { ...saved, workflow: { ...workflow, ...(canary && { canary }) } };
  }

  /**
   * Keeps a further version, under the next free name, that a share of the new executions run. Throws `canary_running`,
   * `version_changed`.
   */
  async startCanary(id: Uuid, { source, ...about }: SaveCandidate): Promise<WorkflowWithDocument> {
    const { saved } = await this.keepVersion(id, { request: { source }, bump: true }, ({ workflow, document }) =>
      this.options.store.saveCandidate({ ...about, workflow, document }),
    );
    return saved;
  }

  /** Of a free name, somebody else may have been sooner: then there is another one. */
  private async keepVersion(
    id: Uuid,
    { request, bump }: { readonly request: SaveWorkflow; readonly bump: boolean },
    keep: (version: WorkflowWithDocument) => Promise<void>,
  ): Promise<{ readonly saved: WorkflowWithDocument; readonly before: StoredWorkflow }> {
    const before = await this.mustFind(id);
    const valid = this.mustBeValid(request);
    const document = await this.withFreeVersion(id, valid, bump);
    const compiled = document === valid.document ? valid.compiled : this.compileStored(document);
    const times = { id, createdAt: before.createdAt, updatedAt: this.options.clock.now() };
    const saved = withVersion(describe(times, document, compiled), document);
    try {
      await keep(saved);
    } catch (error) {
      const isTaken = bump && error instanceof HarmoniaError && error.code === 'version_exists';
      if (isTaken) return this.keepVersion(id, { request, bump }, keep);
      throw error;
    }
    return { saved, before };
  }

  /** New executions run the current version only. Throws `canary_not_found`. */
  async endCanary(id: Uuid): Promise<StoredWorkflow> {
    const { canary, ...workflow } = await this.mustFind(id);
    const isOver = canary && (await this.options.store.endCanary(id, canary.id, this.options.clock.now()));
    if (!isOver) throw new HarmoniaError('canary_not_found', { what: 'Workflow', id });
    return workflow;
  }

  async find(id: Uuid, version?: string): Promise<WorkflowWithDocument> {
    const workflow = await this.mustFind(id);
    const found = await this.mustHaveVersion(workflow, version);
    return { workflow, version: found, document: await this.documentOf(found.definition) };
  }

  findByName(name: string): Promise<StoredWorkflow | undefined> {
    return this.options.store.findByName(name);
  }

  list(filter: WorkflowFilter): Promise<WorkflowPage> {
    return this.options.store.list(filter);
  }

  /** The ids of all that have one of these names, also of those that were removed. */
  idsNamed(names: readonly string[]): Promise<readonly Uuid[]> {
    return this.options.store.idsNamed(names);
  }

  async versions(id: Uuid): Promise<readonly StoredVersion[]> {
    await this.mustFind(id);
    return this.options.store.versions(id);
  }

  async remove(id: Uuid): Promise<void> {
    const workflow = await this.mustFind(id);
    const now = this.options.clock.now();
    const removed = await this.options.store.remove(id, now);
    if (!removed) throw new HarmoniaError('workflow_not_found', { id });
    this.tell('workflow_deleted', workflow, now);
  }

  private tell(type: WorkflowChanged['type'], workflow: StoredWorkflow, at: Instant): void {
    for (const follower of this.followers) follower({ type, workflow, at });
  }

  draft(id: Uuid): Promise<StoredDraft | undefined> {
    return this.options.store.draft(id);
  }

  /** Keeps unfinished work beside a workflow; a later draft takes its place. Versions are not touched. */
  async saveDraft(id: Uuid, data: JsonObject): Promise<StoredDraft> {
    const draft = { data, savedAt: this.options.clock.now() };
    if (await this.options.store.saveDraft(id, draft)) return draft;
    throw new HarmoniaError('workflow_not_found', { id });
  }

  /** A document by its content hash: also of a workflow that was removed. */
  definition(hash: string): Promise<JsonObject | undefined> {
    const known = this.kept.peek(keyOf(hash, this.options.surroundings.catalogue.plugins));
    return known ? Promise.resolve(known.compiled.document) : this.options.store.document(hash);
  }

  recall(scope: string, key: string): Promise<IdempotencyKey | undefined> {
    return this.options.store.recall(scope, key);
  }

  /** A version that may be run now: checked against the task types that are there today. */
  async runnable(id: Uuid, version?: string): Promise<RunnableWorkflow> {
    const workflow = await this.mustFind(id);
    const { version: name, definition } = await this.mustHaveVersion(workflow, version);
    const { revision, plugins } = this.options.surroundings.catalogue;
    const known = this.kept.get(keyOf(definition, plugins));
    const compiled = known?.revision === revision ? known.compiled : await this.checkAgain(definition);
    const about = plugins === undefined ? {} : { plugins };
    return { pinned: { id: workflow.id, name: compiled.name, version: name, definition, ...about }, compiled };
  }

  /** A new execution, and what it runs: the version named, else what is drawn for it. */
  async toStart(id: Uuid, version?: string): Promise<ToStart> {
    const execution = this.options.newId();
    const workflow = version === undefined ? await this.drawnFor(execution, id) : await this.runnable(id, version);
    return { execution, workflow };
  }

  /** The same, of the newest version in a range (as in package.json). */
  async toStartInRange(id: Uuid, range?: string): Promise<ToStart> {
    return this.toStart(id, range === undefined ? undefined : await this.versionInRange(id, range));
  }

  /** What an execution runs of the workflow of that name: the newest version in a range, else what is drawn for it. */
  async runnableByName(name: string, range: string | undefined, execution: Uuid): Promise<RunnableWorkflow> {
    if (range !== undefined) return this.acceptedByName(name, range);
    return this.drawnFor(execution, (await this.mustFindByName(name)).id);
  }

  /** The same without a look at canaries: the newest version in a range, else the current one. */
  async acceptedByName(name: string, range: string | undefined): Promise<RunnableWorkflow> {
    const { id } = await this.mustFindByName(name);
    return this.runnable(id, range === undefined ? undefined : await this.versionInRange(id, range));
  }

  private async mustFindByName(name: string): Promise<StoredWorkflow> {
    const workflow = await this.options.store.findByName(name);
    if (!workflow) throw new HarmoniaError('workflow_not_found', { id: name });
    return workflow;
  }

  /** The candidate of the canary for its share of executions, else the current version. */
  private async drawnFor(execution: Uuid, id: Uuid): Promise<RunnableWorkflow> {
    const { canary } = await this.mustFind(id);
    if (!canary || canary.isPaused || !isDrawn(canary, execution)) return this.runnable(id);
    // A candidate that the task types of today do not fit takes no start away from the version that they do.
    return this.runnable(id, canary.version).catch(() => this.runnable(id));
  }

  /** What was only ever tried is in no range. */
  private async versionInRange(id: Uuid, range: string): Promise<string> {
    const versions = await this.options.store.versions(id);
    if (versions.some(({ version }) => version === range)) return range;
    const accepted = versions.filter(({ isCandidate }) => !isCandidate).map(({ version }) => version);
    const version = maxSatisfying(accepted, range);
    if (version === null) throw new HarmoniaError('version_not_found', { id, version: range });
    return version;
  }

  /**
   * A definition by its content hash, also of a workflow that was removed, with the defaults of the task types of a set of
   * plugin versions. Task types that are gone since it was stored are no fault: the execution goes on, and its attempts
   * fail by themselves.
   */
  async compiled(definition: string, plugins?: number): Promise<CompiledWorkflow> {
    const key = keyOf(definition, plugins);
    const known = this.kept.get(key);
    if (known) return known.compiled;
    return this.keep(key, this.compileStored(await this.documentOf(definition), plugins), undefined);
  }

  private async checkAgain(definition: string): Promise<CompiledWorkflow> {
    const { surroundings } = this.options;
    const { revision, plugins } = surroundings.catalogue;
    const accepted = compileWorkflow(await this.documentOf(definition), surroundings);
    if (!accepted.ok) throw invalid(accepted.error);
    return this.keep(keyOf(definition, plugins), accepted.value.compiled, revision);
  }

  private compileStored(document: JsonObject, plugins?: number): CompiledWorkflow {
    const surroundings = {
      ...this.options.surroundings,
      catalogue: this.lenientCatalogue(plugins),
      wasAccepted: true as const,
    };
    const accepted = compileWorkflow(document, surroundings);
    if (!accepted.ok) throw invalid(accepted.error);
    return accepted.value.compiled;
  }

  private keep(key: string, compiled: CompiledWorkflow, revision: number | undefined): CompiledWorkflow {
    this.kept.set(key, { compiled, revision });
    return compiled;
  }

  private lenientCatalogue(plugins: number | undefined): Surroundings['catalogue'] {
    const { catalogueOf, surroundings } = this.options;
    const catalogue = catalogueOf?.(plugins) ?? surroundings.catalogue;
    return {
      revision: catalogue.revision,
      find: (type) => catalogue.find(type) ?? { type, description: '', effects: 'write' },
      types: () => catalogue.types(),
    };
  }

  private mustBeValid({ source, options }: SaveWorkflow): { document: JsonObject; compiled: CompiledWorkflow } {
    const { document, compiled, faults } = this.check(source, options);
    if (!document || !compiled) throw invalid(faults);
    return { document, compiled };
  }

  private async mustFind(id: Uuid): Promise<StoredWorkflow> {
    const workflow = await this.options.store.find(id);
    if (!workflow) throw new HarmoniaError('workflow_not_found', { id });
    return workflow;
  }

  private async mustHaveVersion({ id, version: current }: StoredWorkflow, wanted = current): Promise<StoredVersion> {
    const found = await this.options.store.version(id, wanted);
    if (!found) throw new HarmoniaError('version_not_found', { id, version: wanted });
    return found;
  }

  private async documentOf(definition: string): Promise<JsonObject> {
    const document = await this.options.store.document(definition);
    if (!document) throw new HarmoniaError('version_not_found', { id: definition, version: 'definition' });
    return document;
  }

  private async withFreeVersion(
    id: Uuid,
    valid: { document: JsonObject; compiled: CompiledWorkflow },
    bump: boolean,
  ): Promise<JsonObject> {
    const taken = new Map((await this.options.store.versions(id)).map((stored) => [stored.version, stored.definition]));
    const { version } = valid.compiled;
    const other = taken.get(version);
    if (other === undefined || other === contentHash(canonicalJson(valid.document))) return valid.document;
    if (!bump) throw new HarmoniaError('version_exists', { id, version });
    return { ...valid.document, version: nextFree(version, taken) };
  }
}

/** One definition has a compiled form for each set of plugin versions that executions of it are pinned to. */
const keyOf = (definition: string, plugins: number | undefined): string =>
  plugins === undefined ? definition : `${definition} ${plugins}`;

const invalid = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The workflow', count: faults.length }, { faults });
