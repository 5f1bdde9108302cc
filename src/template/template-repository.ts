import { inc, rcompare } from 'semver';
import {
  canonicalJson,
  contentHash,
  fault,
  HarmoniaError,
  Turns,
  type Clock,
  type Fault,
  type Instant,
  type JsonObject,
  type Uuid,
  type Warning,
} from '../kernel/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { IdempotencyKey } from '../engine/ports/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';
import { parseReference, readParameters, referencesOf, type Parameters, type TemplateContent } from './core/index.js';
import type {
  CountedTemplate,
  StoredTemplate,
  StoredTemplateVersion,
  TemplateChange,
  TemplateFilter,
  TemplatePage,
  TemplateStore,
} from './ports/index.js';
import type { TemplateCategories } from './template-categories.js';
import { ContentReader } from './template-content.js';
import { readTemplateDocument, semverOf, type ContentWords, type TemplateWords } from './template-document.js';
import { asJson, contentOf, refusal, TemplateShelf, type TemplateWithVersion } from './template-shelf.js';

export interface RepositoryParts {
  readonly store: TemplateStore;
  readonly catalog: WorkflowCatalog;
  readonly categories: TemplateCategories;
  readonly schemas: SchemaChecker;
  readonly clock: Clock;
  readonly newId: () => Uuid;
}

/** Where a template comes from, beside its document. */
export interface Provenance {
  readonly key?: Omit<IdempotencyKey, 'resource' | 'at'>;
  readonly createdBy?: string;
  readonly source?: { readonly id: string; readonly hash: string };
}

/** What a version is when it is looked at as a whole. */
export interface Described {
  readonly definition: JsonObject;
  readonly parameters: Parameters;
}

export interface SavedTemplate extends TemplateWithVersion {
  readonly warnings: readonly Warning[];
}

const FIRST_VERSION = '1.0.0';

/** Templates and their immutable versions: checked when they are kept. */
export class TemplateRepository {
  readonly shelf: TemplateShelf;
  private readonly reader: ContentReader;
  private readonly turns = new Turns();

  constructor(private readonly parts: RepositoryParts) {
    const { store, schemas } = parts;
    this.shelf = new TemplateShelf(store, schemas);
    this.reader = new ContentReader({ ...parts, shelf: this.shelf });
  }

  /** Keeps a new template. Throws `validation_error` with every fault. */
  create(body: unknown, provenance: Provenance = {}): Promise<SavedTemplate> {
    return this.turns.take(() => this.keepNew(body, provenance));
  }

  /** Changes what is said of a template; other content makes a new version, which becomes the current one. */
  update(id: Uuid, body: unknown, source?: Provenance['source']): Promise<SavedTemplate> {
    return this.turns.take(() => this.change(id, body, source));
  }

  async find(id: Uuid, version?: string): Promise<TemplateWithVersion> {
    return this.shelf.mustHave(await this.shelf.mustFind(id), named(version));
  }

  /** The definition and the parameters with those of its parents; its own alone when these are not to be found. */
  async described({ template, version }: TemplateWithVersion): Promise<Described> {
    const content = contentOf(version);
    const { id, name } = template;
    const gathered = await this.shelf.gather({ id, name, version: version.version, content });
    if (gathered.ok) return gathered.value.assembled;
    const { schemas } = this.parts;
    const { parameters } = readParameters(content.parameters, { where: '', faults: [], schemas });
    return { definition: content.definition, parameters };
  }

  list(filter: TemplateFilter): Promise<TemplatePage> {
    return this.parts.store.list(filter);
  }

  async versions(id: Uuid): Promise<readonly StoredTemplateVersion[]> {
    await this.shelf.mustFind(id);
    return this.shelf.versions(id);
  }

  async changes(id: Uuid): Promise<readonly TemplateChange[]> {
    await this.shelf.mustFind(id);
    return this.parts.store.changes(id);
  }

  /** Makes a version that is there the current one; the versions after it stay. */
  rollback(id: Uuid, to: string, reason: string | undefined): Promise<TemplateWithVersion> {
    return this.turns.take(async () => {
      const before = await this.shelf.mustFind(id);
      const { version } = await this.shelf.mustHave(before, named(to));
      const now = this.parts.clock.now();
      const template = { ...before, version: version.version, updatedAt: now };
      const change = { at: now, kind: 'rollback', version: version.version, before: before.version, reason } as const;
      if (before.version !== version.version) await this.parts.store.save({ template, change });
      return { template: before.version === version.version ? before : template, version };
    });
  }

  /** Throws `template_in_use` when others are made of it, unless it is to be so. Workflows made of it stay. */
  remove(id: Uuid, force: boolean): Promise<void> {
    return this.turns.take(async () => {
      const found = await this.mustBeOwn(id);
      const names = await this.parts.store.dependents(id, [found.id, found.name]);
      if (names.length > 0 && !force)
        throw new HarmoniaError('template_in_use', { id, names: names.slice(0, 10).join(', ') });
      await this.parts.store.remove(id, this.parts.clock.now());
    });
  }

  private async keepNew(body: unknown, { key, createdBy, source }: Provenance): Promise<SavedTemplate> {
    const { store, clock, newId } = this.parts;
    const { words, content: said, faults: found } = readTemplateDocument(body);
    const faults = legible(found);
    if (words.name === undefined && !faults.some(({ pointer }) => pointer === '/name'))
      faults.push(fault('required_field', '', { field: 'name' }));
    const [id, now] = [newId(), clock.now()];
    const version = words.version ?? FIRST_VERSION;
    const whose = { id, name: words.name ?? '', version };
    const categories = await this.parts.categories.of(words, faults);
    const checked = await this.reader.read(said, whose, faults);
    if (!checked || faults.length > 0) throw refusal('The template', faults);
    const template: StoredTemplate = {
      ...described(BLANK, words),
      ...{ id, name: whose.name, version, createdAt: words.createdAt ?? now, updatedAt: now, hidden: false, createdBy },
      categories: await this.parts.categories.keep(categories),
      source: source?.id,
      sourceHash: source?.hash,
    };
    const made = versionOf({ ...whose, content: checked.content }, words.changes, now);
    const change = { at: now, kind: 'created', version, before: undefined, reason: words.changes } as const;
    await store.save({ template, version: made, change, ...(key && { key: { ...key, resource: id, at: now } }) });
    return { template: { ...template, usageCount: template.usedBefore }, version: made, warnings: checked.warnings };
  }

  private async change(id: Uuid, body: unknown, source: Provenance['source']): Promise<SavedTemplate> {
    const { store, clock } = this.parts;
    const before = source ? await this.mustBeOf(id, source.id) : await this.mustBeOwn(id);
    const { words, content: said, faults: found } = readTemplateDocument(body);
    const faults = legible(found);
    const categories = await this.parts.categories.of(words, faults);
    const current = await this.shelf.mustHave(before);
    const whose = { id, name: words.name ?? before.name, version: words.version ?? before.version };
    const saysContent = Object.keys(said).length > 0;
    const checked = saysContent
      ? await this.reader.read(completed(said, contentOf(current.version)), whose, faults)
      : { content: contentOf(current.version), warnings: [] };
    if (!checked || faults.length > 0) throw refusal('The template', faults);
    const now = clock.now();
    const { version, isNew } = await this.nextVersion(current.version, { words, content: checked.content, now });
    const template: StoredTemplate = {
      ...described(before, words),
      version: version.version,
      updatedAt: now,
      ...(categories.length > 0 || words.categories || words.categoryNames
        ? { categories: await this.parts.categories.keep(categories) }
        : {}),
      ...(source && { sourceHash: source.hash, hidden: false }),
    };
    const kind = version.version === before.version ? 'updated' : 'version';
    const change = { at: now, kind, version: version.version, before: before.version, reason: words.changes } as const;
    await store.save({ template, change, ...(isNew && { version }) });
    return { template: { ...template, usageCount: before.usageCount }, version, warnings: checked.warnings };
  }

  /** The version that has this content: the current one, one that is named, or a new one. */
  private async nextVersion(
    current: StoredTemplateVersion,
    { words, content, now }: { words: TemplateWords; content: TemplateContent; now: Instant },
  ): Promise<{ version: StoredTemplateVersion; isNew: boolean }> {
    const { template: id } = current;
    const make = (version: string): StoredTemplateVersion => versionOf({ id, version, content }, words.changes, now);
    const same = make(words.version ?? current.version);
    if (words.version === undefined && same.hash === current.hash) return { version: current, isNew: false };
    const taken = await this.shelf.versions(id);
    const known = taken.find(({ version }) => version === words.version);
    if (known && known.hash === same.hash) return { version: known, isNew: false };
    if (known) throw new HarmoniaError('template_version_exists', { id, version: known.version });
    const [highest] = taken.map(({ version }) => version).sort(rcompare);
    return { version: make(words.version ?? (inc(highest ?? current.version, 'patch') as string)), isNew: true };
  }

  private async mustBeOwn(id: Uuid): Promise<CountedTemplate> {
    const found = await this.shelf.mustFind(id);
    if (found.source === undefined) return found;
    throw new HarmoniaError('template_read_only', { id, source: found.source });
  }

  private async mustBeOf(id: Uuid, source: string): Promise<CountedTemplate> {
    const found = await this.parts.store.find(id);
    if (found?.source === source) return found;
    throw new HarmoniaError('template_not_found', { id });
  }
}

/** Nothing more is said of a document that cannot be read at all. */
const legible = (faults: readonly Fault[]): Fault[] => {
  if (faults.some(({ pointer }) => pointer === '')) throw refusal('The template', faults);
  return [...faults];
};

const BLANK: Omit<StoredTemplate, 'id' | 'name' | 'version' | 'createdAt' | 'updatedAt'> = {
  ...{ description: '', icon: undefined, tags: [], categories: [], isPublic: true, metadata: {} },
  ...{ source: undefined, sourceHash: undefined, hidden: false, createdBy: undefined, usedBefore: 0 },
};

/** What the words say over what was there. */
const described = <T extends Pick<StoredTemplate, keyof typeof BLANK>>(before: T, words: TemplateWords): T => ({
  ...before,
  ...(words.name !== undefined && { name: words.name }),
  ...(words.description !== undefined && { description: words.description }),
  ...(words.icon !== undefined && { icon: words.icon }),
  ...(words.tags !== undefined && { tags: words.tags }),
  ...(words.isPublic !== undefined && { isPublic: words.isPublic }),
  ...(words.metadata !== undefined && { metadata: words.metadata }),
  ...(words.usedBefore !== undefined && { usedBefore: words.usedBefore }),
});

/** What a change does not say of the content stays. */
const completed = (said: ContentWords, before: TemplateContent): ContentWords => ({
  ...(said.workflow === undefined && { definition: { source: before.source, where: '/workflow_definition' } }),
  ...{ parameters: before.parameters },
  ...(before.extends !== undefined && { extends: before.extends }),
  ...said,
});

const versionOf = (
  { id, version, content }: { id: Uuid; version: string; content: TemplateContent },
  changes: string | undefined,
  createdAt: Instant,
): StoredTemplateVersion => {
  const json: JsonObject = asJson(content);
  const references = referencesOf(content).flatMap((text) => parseReference(text)?.template ?? []);
  return {
    ...{ template: id, version, content: json, hash: contentHash(canonicalJson(json)) },
    ...{ references: [...new Set(references)], changes, createdAt },
  };
};

/** `1.0` and `v1.0.0` are 1.0.0, as when it was kept. */
const named = (version: string | undefined): string | undefined =>
  version === undefined ? undefined : (semverOf(version) ?? version);
