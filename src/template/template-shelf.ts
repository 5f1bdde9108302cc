import { maxSatisfying, rcompare } from 'semver';
import {
  boundedReport,
  err,
  fault,
  HarmoniaError,
  parseUuid,
  type Fault,
  type JsonObject,
  type Result,
  type Uuid,
} from '../kernel/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import {
  assembleTemplate,
  LIMITS,
  parseReference,
  referencesOf,
  type AssembledTemplate,
  type FoundTemplate,
  type Lookup,
  type TemplateContent,
} from './core/index.js';
import type { CountedTemplate, StoredTemplateVersion, TemplateStore } from './ports/index.js';

/** A template with one of its versions. */
export interface TemplateWithVersion {
  readonly template: CountedTemplate;
  readonly version: StoredTemplateVersion;
}

/** A template with everything that it extends and includes, and the versions that are. */
export interface Gathered {
  readonly assembled: AssembledTemplate;
  readonly lookup: Lookup;
}

export const contentOf = ({ content }: StoredTemplateVersion): TemplateContent => content as unknown as TemplateContent;

export const asJson = (content: TemplateContent): JsonObject => ({ ...content });

export const refusal = (subject: string, faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults: boundedReport(faults) });

/** Finds templates and their versions, and what they are made of. */
export class TemplateShelf {
  constructor(
    private readonly store: TemplateStore,
    private readonly schemas: SchemaChecker,
  ) {}

  /** Throws `template_not_found`, also for hidden ones. */
  async mustFind(id: Uuid): Promise<CountedTemplate> {
    const found = await this.store.find(id);
    if (!found || found.hidden) throw new HarmoniaError('template_not_found', { id });
    return found;
  }

  /** A version of a template; the current one when none is named. Throws `template_version_not_found`. */
  async mustHave(template: CountedTemplate, wanted = template.version): Promise<TemplateWithVersion> {
    const version = await this.store.version(template.id, wanted);
    if (!version) throw new HarmoniaError('template_version_not_found', { id: template.id, version: wanted });
    return { template, version };
  }

  /** Newest first, by semver. */
  async versions(id: Uuid): Promise<readonly StoredTemplateVersion[]> {
    return [...(await this.store.versions(id))].sort((a, b) => rcompare(a.version, b.version));
  }

  /** Puts a template together with what it extends and includes. */
  async gather(root: FoundTemplate): Promise<Result<Gathered, readonly Fault[]>> {
    const found = new Map<string, FoundTemplate>();
    let open: readonly string[] = referencesOf(root.content);
    while (open.length > 0) {
      const read = await Promise.all(open.map(async (reference) => [reference, await this.named(reference)] as const));
      for (const [reference, template] of read) if (template) found.set(reference, template);
      if (found.size > LIMITS.templates)
        return err([fault('template_too_large', '', { what: 'templates in it', limit: LIMITS.templates })]);
      const next = read.flatMap(([, template]) => (template ? referencesOf(template.content) : []));
      open = [...new Set(next)].filter((reference) => !found.has(reference));
    }
    const lookup: Lookup = (reference) => found.get(reference);
    const assembled = assembleTemplate(root, lookup, this.schemas);
    return assembled.ok ? { ok: true, value: { assembled: assembled.value, lookup } } : assembled;
  }

  private async named(text: string): Promise<FoundTemplate | undefined> {
    const reference = parseReference(text);
    if (!reference) return undefined;
    const { template: name, range } = reference;
    const id = parseUuid(name);
    const template = (id && (await this.store.find(id))) ?? (await this.store.findByName(name));
    if (!template) return undefined;
    const wanted = range === undefined ? template.version : await this.newestIn(template.id, range);
    const version = wanted === null ? undefined : await this.store.version(template.id, wanted);
    return version && { id: template.id, name: template.name, version: version.version, content: contentOf(version) };
  }

  private async newestIn(id: Uuid, range: string): Promise<string | null> {
    const versions = (await this.store.versions(id)).map(({ version }) => version);
    return versions.includes(range) ? range : maxSatisfying(versions, range);
  }
}
