import type { Clock, JsonObject, Uuid } from '../kernel/index.js';
import type { CredentialKeeper } from '../credential/ports/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';
import { BUILT_IN } from './built-in/index.js';
import { exportDocument } from './export-document.js';
import type { TemplateSources, TemplateStore } from './ports/index.js';
import { TemplateCategories } from './template-categories.js';
import { TemplateDrafts } from './template-drafts.js';
import { TemplateInstances } from './template-instances.js';
import { TemplatePacks } from './template-packs.js';
import { TemplateRepository } from './template-repository.js';

export interface TemplateServiceParts {
  readonly store: TemplateStore;
  readonly catalog: WorkflowCatalog;
  readonly schemas: SchemaChecker;
  readonly clock: Clock;
  readonly newId: () => Uuid;
  /** Where the values of secret parameters are kept; absent: those that are kept already can be named. */
  readonly credentials?: CredentialKeeper;
  /** Whether a task that asks for `${secrets.name}` gets a text. */
  readonly knowsSecret: (name: string) => boolean;
  /** What comes with plugins; absent: nothing does. */
  readonly sources?: TemplateSources;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Templates: kept, made into workflows, taken in and out. */
export class TemplateService {
  readonly repository: TemplateRepository;
  readonly categories: TemplateCategories;
  readonly instances: TemplateInstances;
  readonly drafts: TemplateDrafts;
  private readonly packs: TemplatePacks;
  private kept: { readonly revision: number; readonly done: Promise<void> } | undefined;

  constructor(private readonly parts: TemplateServiceParts) {
    const { store, newId, credentials } = parts;
    this.categories = new TemplateCategories(store, newId);
    this.repository = new TemplateRepository({ ...parts, categories: this.categories });
    this.instances = new TemplateInstances({ ...parts, shelf: this.repository.shelf, credentials });
    this.drafts = new TemplateDrafts(this.repository.shelf, parts.schemas);
    this.packs = new TemplatePacks(store, this.repository);
  }

  /**
   * Fulfils when the templates are those of the plugins that are there now, beside the built-in ones and those that somebody
   * made. The first time takes a moment, so it is done when templates are asked for: who runs a workflow does not wait.
   */
  async ready(): Promise<void> {
    const revision = this.parts.sources?.revision() ?? 0;
    if (this.kept?.revision !== revision) this.kept = { revision, done: this.follow(this.kept?.done) };
    const { kept } = this;
    try {
      await kept.done;
    } catch (error) {
      if (this.kept === kept) this.kept = undefined;
      throw error;
    }
  }

  private async follow(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    const problems = await this.packs.keep([BUILT_IN, ...(this.parts.sources?.all() ?? [])]);
    for (const { source, name, reason } of problems)
      this.parts.onTrouble(`template ${JSON.stringify(name)} of ${source} is left out`, new Error(reason));
  }

  /** A template as one document, which imports as the same template again. */
  async export(id: Uuid, version?: string): Promise<JsonObject> {
    const found = await this.repository.find(id, version);
    const all = await this.categories.list();
    const names = found.template.categories.flatMap((wanted) => all.find((one) => one.id === wanted)?.name ?? []);
    return exportDocument(found, names);
  }
}
