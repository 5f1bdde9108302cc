import type { Clock, JsonObject, Uuid } from '../kernel/index.js';
import type { CredentialKeeper } from '../credential/ports/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';
import { BUILT_IN } from './built-in/index.js';
import { exportDocument } from './export-document.js';
import type { TemplateSource, TemplateStore } from './ports/index.js';
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
  /** What comes with Harmonia and its plugins, beside the templates that are built in. Asked once, at the start. */
  readonly sources?: () => readonly TemplateSource[];
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Templates: kept, made into workflows, taken in and out. */
export class TemplateService {
  readonly repository: TemplateRepository;
  readonly categories: TemplateCategories;
  readonly instances: TemplateInstances;
  /** Whoever knows of plugins says here which templates come and go with them. */
  readonly packs: TemplatePacks;

  constructor(private readonly parts: TemplateServiceParts) {
    const { store, newId, credentials } = parts;
    this.categories = new TemplateCategories(store, newId);
    this.repository = new TemplateRepository({ ...parts, categories: this.categories });
    this.instances = new TemplateInstances({ ...parts, shelf: this.repository.shelf, credentials });
    this.packs = new TemplatePacks(store, this.repository);
  }

  /** Keeps what is built in and what comes with plugins, when it is new or has changed. */
  async start(): Promise<void> {
    const problems = await this.packs.begin([BUILT_IN, ...(this.parts.sources?.() ?? [])]);
    for (const { source, name, reason } of problems)
      this.parts.onTrouble(`template ${JSON.stringify(name)} of ${source} is left out`, new Error(reason));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** A template as one document, which imports as the same template again. */
  async export(id: Uuid, version?: string): Promise<JsonObject> {
    const found = await this.repository.find(id, version);
    const all = await this.categories.list();
    const names = found.template.categories.flatMap((wanted) => all.find((one) => one.id === wanted)?.name ?? []);
    return exportDocument(found, names);
  }
}
