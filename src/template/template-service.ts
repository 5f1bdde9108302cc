import type { Clock, JsonObject, Uuid } from '../kernel/index.js';
import type { CredentialKeeper } from '../credential/ports/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';
import { BUILT_IN } from './built-in/index.js';
import { exportDocument } from './export-document.js';
import type { SourceProblem, TemplateSource, TemplateStore } from './ports/index.js';
import { TemplateCategories } from './template-categories.js';
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
  /** What comes with Harmonia and its plugins, beside the templates that are built in. Asked once, when templates are first asked for. */
  readonly sources?: () => readonly TemplateSource[];
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Templates: kept, made into workflows, taken in and out. */
export class TemplateService {
  readonly repository: TemplateRepository;
  readonly categories: TemplateCategories;
  readonly instances: TemplateInstances;
  private readonly packs: TemplatePacks;
  private beginning: Promise<void> | undefined;

  constructor(private readonly parts: TemplateServiceParts) {
    const { store, newId, credentials } = parts;
    this.categories = new TemplateCategories(store, newId);
    this.repository = new TemplateRepository({ ...parts, categories: this.categories });
    this.instances = new TemplateInstances({ ...parts, shelf: this.repository.shelf, credentials });
    this.packs = new TemplatePacks(store, this.repository);
  }

  /**
   * Fulfils when what is built in and what comes with plugins is kept. Done once, when templates are first asked for: whoever
   * only runs a workflow does not wait for it.
   */
  async ready(): Promise<void> {
    this.beginning ??= this.begin();
    try {
      await this.beginning;
    } catch (error) {
      this.beginning = undefined;
      throw error;
    }
  }

  /** A plugin is there now, or has other templates. What is wrong with one of them is answered; the others are kept. */
  async offer(source: TemplateSource): Promise<readonly SourceProblem[]> {
    await this.ready();
    return this.packs.offer(source);
  }

  /** A plugin is gone. Its templates are hidden; what was made of them stays, and what extends them works. */
  async withdraw(source: string): Promise<void> {
    await this.ready();
    await this.packs.withdraw(source);
  }

  private async begin(): Promise<void> {
    const problems = await this.packs.begin([BUILT_IN, ...(this.parts.sources?.() ?? [])]);
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
