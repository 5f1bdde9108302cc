import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { IdempotencyKey } from '../../engine/ports/index.js';

/** A version of a workflow: immutable, content-addressed. */
export interface StoredVersion {
  readonly workflow: Uuid;
  readonly version: string;
  /** Content hash of the canonical document. */
  readonly definition: string;
  readonly createdAt: Instant;
  /** It was made for a canary, and was never the current one: no range of versions holds it. */
  readonly isCandidate?: boolean;
}

/** A version that a share of the new executions run which name none; the others run the current one. */
export interface Canary {
  readonly id: Uuid;
  readonly version: string;
  readonly definition: string;
  /** 0..1 */
  readonly share: number;
  /** The suggestion that it is made of. */
  readonly suggestion: string;
  readonly since: Instant;
  /** It is worse than the current one: no new execution runs it. */
  readonly isPaused: boolean;
}

/** A workflow: a name for a line of versions. */
export interface StoredWorkflow {
  readonly id: Uuid;
  readonly name: string;
  readonly description: string | undefined;
  /** The version that is run when none is named. */
  readonly version: string;
  readonly definition: string;
  readonly taskCount: number;
  readonly tags: readonly string[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly canary?: Canary;
}

/** The instantiation of a template that a workflow comes from: written in the transaction of the workflow. */
export interface WorkflowOrigin {
  readonly instantiation: Uuid;
  readonly template: Uuid;
  readonly version: string;
}

/** Suggestions that a version is made of: they are applied in the transaction of the version. */
export interface AppliedSuggestions {
  readonly ids: readonly string[];
  readonly at: Instant;
  readonly note?: string;
  /** How the version is followed. Default: it is not. */
  readonly trial?: NewTrial;
}

/** A version that is followed from now on: of the first suggestion, against the version before. */
export interface NewTrial {
  readonly id: Uuid;
  /** After so many executions it is judged. */
  readonly runs: number;
  /** What is expected of it. */
  readonly predicted: Json | null;
}

/** A version that is to run beside the current one. */
export interface NewCandidate {
  readonly workflow: StoredWorkflow;
  readonly document: JsonObject;
  /** The definition that the workflow must have up to now; another one is `version_changed`. */
  readonly expected: string;
  readonly share: number;
  readonly suggestions: AppliedSuggestions & { readonly trial: NewTrial };
}

/** A new workflow, or a new version of one that is there. */
export interface WorkflowChange {
  readonly workflow: StoredWorkflow;
  readonly document: JsonObject;
  readonly key?: IdempotencyKey;
  readonly origin?: WorkflowOrigin;
  /** The definition that the workflow must have up to now; another one is `version_changed`. */
  readonly expected?: string;
  readonly suggestions?: AppliedSuggestions;
}

/** What a designer keeps of unfinished work on a workflow. */
export interface StoredDraft {
  readonly data: JsonObject;
  readonly savedAt: Instant;
}

export interface WorkflowFilter {
  readonly name?: string;
  /** Only workflows of these names. */
  readonly names?: readonly string[];
  /** Part of the name or description, any case. */
  readonly search?: string;
  readonly tag?: string;
  readonly sortBy: 'name' | 'created_at' | 'updated_at';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface WorkflowPage {
  readonly items: readonly StoredWorkflow[];
  readonly total: number;
}

/**
 * Where workflows are kept. Every change is one durable transaction, in which open suggestions for another definition
 * become stale, and stale ones for the new one open; those of a workflow that is removed go with it. A definition that
 * takes the place of another ends the canary and the trials of the workflow.
 */
export interface WorkflowStore {
  find(id: Uuid): Promise<StoredWorkflow | undefined>;
  findByName(name: string): Promise<StoredWorkflow | undefined>;
  list(filter: WorkflowFilter): Promise<WorkflowPage>;
  /** The ids of all that have one of these names, also of those that were removed. */
  idsNamed(names: readonly string[]): Promise<readonly Uuid[]>;
  versions(id: Uuid): Promise<readonly StoredVersion[]>;
  version(id: Uuid, version: string): Promise<StoredVersion | undefined>;
  document(definition: string): Promise<JsonObject | undefined>;
  save(change: WorkflowChange): Promise<void>;
  /** Keeps a version that is not the current one, as the canary. Throws `canary_running` when there is one. */
  saveCandidate(candidate: NewCandidate): Promise<void>;
  /** The canary is over; its version stays. False: there was none, or another one than that. */
  endCanary(id: Uuid, canary: Uuid, at: Instant): Promise<boolean>;
  /** The workflow is no longer listed; its executions keep their definitions. False: there was none. */
  remove(id: Uuid, at: Instant): Promise<boolean>;
  draft(id: Uuid): Promise<StoredDraft | undefined>;
  /** False: there is no such workflow. */
  saveDraft(id: Uuid, draft: StoredDraft): Promise<boolean>;
  recall(scope: string, key: string): Promise<IdempotencyKey | undefined>;
}
