import type { Instant, JsonObject, Uuid } from '../../kernel/index.js';
import type { IdempotencyKey } from '../../engine/ports/index.js';

/** A version of a workflow: immutable, content-addressed. */
export interface StoredVersion {
  readonly workflow: Uuid;
  readonly version: string;
  /** Content hash of the canonical document. */
  readonly definition: string;
  readonly createdAt: Instant;
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
 * become stale, and stale ones for the new one open; those of a workflow that is removed go with it.
 */
export interface WorkflowStore {
  find(id: Uuid): Promise<StoredWorkflow | undefined>;
  findByName(name: string): Promise<StoredWorkflow | undefined>;
  list(filter: WorkflowFilter): Promise<WorkflowPage>;
  versions(id: Uuid): Promise<readonly StoredVersion[]>;
  version(id: Uuid, version: string): Promise<StoredVersion | undefined>;
  document(definition: string): Promise<JsonObject | undefined>;
  save(change: WorkflowChange): Promise<void>;
  /** The workflow is no longer listed; its executions keep their definitions. False: there was none. */
  remove(id: Uuid, at: Instant): Promise<boolean>;
  draft(id: Uuid): Promise<StoredDraft | undefined>;
  /** False: there is no such workflow. */
  saveDraft(id: Uuid, draft: StoredDraft): Promise<boolean>;
  recall(scope: string, key: string): Promise<IdempotencyKey | undefined>;
}
