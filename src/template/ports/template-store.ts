import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { IdempotencyKey } from '../../engine/ports/index.js';

/** A template: a name for a line of versions. */
export interface StoredTemplate {
  readonly id: Uuid;
  readonly name: string;
  readonly description: string;
  readonly icon: string | undefined;
  readonly tags: readonly string[];
  readonly categories: readonly Uuid[];
  readonly isPublic: boolean;
  readonly metadata: JsonObject;
  /** The version that is used when none is named. */
  readonly version: string;
  /** The plugin or package that it comes with; absent: somebody made it here. */
  readonly source: string | undefined;
  /** Hash of the document that it was made of, of those that come with something. */
  readonly sourceHash: string | undefined;
  /** What it comes with is not there at the moment. */
  readonly hidden: boolean;
  readonly createdBy: string | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Uses elsewhere, before it was imported. */
  readonly usedBefore: number;
}

/** A template as it is read: with how often it was instantiated, wherever it was. */
export interface CountedTemplate extends StoredTemplate {
  readonly usageCount: number;
}

/** An immutable version of a template. */
export interface StoredTemplateVersion {
  readonly template: Uuid;
  readonly version: string;
  /** What it holds, as JSON. */
  readonly content: JsonObject;
  /** Hash of `content`. */
  readonly hash: string;
  /** Names and ids of the templates that it extends and includes, without ranges. */
  readonly references: readonly string[];
  readonly changes: string | undefined;
  readonly createdAt: Instant;
}

/** Something that happened to a template. */
export interface TemplateChange {
  readonly at: Instant;
  readonly kind: 'created' | 'updated' | 'version' | 'rollback';
  readonly version: string;
  /** The version that was current before. */
  readonly before: string | undefined;
  readonly reason: string | undefined;
}

/** What is written in one transaction. */
export interface TemplateSave {
  readonly template: StoredTemplate;
  /** A new version; it must not be there yet. */
  readonly version?: StoredTemplateVersion;
  readonly change?: TemplateChange;
  readonly key?: IdempotencyKey;
}

export interface TemplateFilter {
  /** Part of the name or description, any case. */
  readonly search?: string;
  /** All of them. */
  readonly tags?: readonly string[];
  readonly category?: Uuid;
  readonly isPublic?: boolean;
  readonly source?: string;
  readonly sortBy: 'name' | 'created_at' | 'updated_at' | 'usage_count';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface TemplatePage {
  readonly items: readonly CountedTemplate[];
  readonly total: number;
}

export interface StoredCategory {
  readonly id: Uuid;
  /** Unique. */
  readonly name: string;
  readonly description: string;
  readonly parent: Uuid | undefined;
}

/** What keeps a category from being removed. */
export interface CategoryUse {
  readonly templates: number;
  readonly children: number;
}

/** Where templates are kept. Every change is one durable transaction. */
export interface TemplateStore {
  /** Hidden ones too; not those that were removed. */
  find(id: Uuid): Promise<CountedTemplate | undefined>;
  /** The oldest of the name; one that somebody made here comes before those that come with something. Hidden ones too. */
  findByName(name: string): Promise<CountedTemplate | undefined>;
  /** Without hidden ones. */
  list(filter: TemplateFilter): Promise<TemplatePage>;
  /** All that come with something, hidden ones too, by source and name. */
  sourced(): Promise<readonly CountedTemplate[]>;
  versions(id: Uuid): Promise<readonly StoredTemplateVersion[]>;
  version(id: Uuid, version: string): Promise<StoredTemplateVersion | undefined>;
  /** Oldest first, the last thousand. */
  changes(id: Uuid): Promise<readonly TemplateChange[]>;
  /** Throws `template_version_exists` when the version is there, `idempotency_conflict` when the key is. */
  save(change: TemplateSave): Promise<void>;
  setHidden(ids: readonly Uuid[], hidden: boolean): Promise<void>;
  /** No longer listed nor found. False: there was none. */
  remove(id: Uuid, at: Instant): Promise<boolean>;
  /** Names of others whose current version refers to one of these names or ids. */
  dependents(id: Uuid, names: readonly string[]): Promise<readonly string[]>;
  categories(): Promise<readonly StoredCategory[]>;
  /** New, or in the place of the one that has the id. */
  saveCategory(category: StoredCategory): Promise<void>;
  categoryUse(id: Uuid): Promise<CategoryUse>;
  removeCategory(id: Uuid): Promise<boolean>;
}

/** Templates that come with something: a plugin, a package, Harmonia itself. */
export interface TemplateSource {
  /** Id of the plugin; `harmonia` for what is built in. */
  readonly id: string;
  /** In the words of `POST /templates/import`. */
  readonly documents: readonly JsonObject[];
}

/** The sources that are there: those of plugins come and go. */
export interface TemplateSources {
  /** Another number whenever one came, went or changed. */
  revision(): number;
  all(): readonly TemplateSource[];
}

/** What is wrong with a template of a source: it is left out, the others are not. */
export interface SourceProblem {
  readonly source: string;
  readonly name: Json;
  readonly reason: string;
}
