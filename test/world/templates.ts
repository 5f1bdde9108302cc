import { createSchemaChecker } from '../../src/json-schema/index.js';
import { HarmoniaError, type Fault, type JsonObject } from '../../src/kernel/index.js';
import { newId } from '../../src/new-id.js';
import { loadBuiltIns } from './built-ins.js';
import { TemplateService } from '../../src/template/index.js';
import type { TemplateSource, TemplateStore } from '../../src/template/ports/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import type { CredentialKeeper } from '../../src/credential/ports/index.js';
import type { Credential } from '../../src/plugin/contract/index.js';
import { temporaryStorage } from './stores.js';

/** Keeps credentials in memory. */
export class MemoryKeeper implements CredentialKeeper {
  readonly kept = new Map<string, Credential>();

  credential(name: string): Credential | undefined {
    return this.kept.get(name);
  }

  put(name: string, credential: Credential): Promise<void> {
    this.kept.set(name, credential);
    return Promise.resolve();
  }

  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.kept.delete(name));
  }
}

export interface TemplateWorld {
  readonly service: TemplateService;
  readonly store: TemplateStore;
  readonly catalog: WorkflowCatalog;
  readonly keeper: MemoryKeeper;
  readonly schemas: ReturnType<typeof createSchemaChecker>;
  /** Milliseconds; tests move it. */
  readonly clock: { time: number };
  /** The plugins with templates are these, from now on; answers what was left out. */
  offer(...sources: readonly TemplateSource[]): Promise<readonly string[]>;
  /** What a template document becomes when it is kept and instantiated. */
  make(document: JsonObject, values?: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

/** Templates over a real store, with the real task types, and a clock that is moved by hand. */
export const templateWorld = async (): Promise<TemplateWorld> => {
  const storage = await temporaryStorage();
  const schemas = createSchemaChecker();
  const clock = { time: 1000 };
  const now = (): number => clock.time++;
  const keeper = new MemoryKeeper();
  const surroundings = { catalogue: await loadBuiltIns(), schemas };
  const catalog = new WorkflowCatalog({ store: storage.workflows, clock: { now }, newId, surroundings });
  const knowsSecret = (name: string): boolean => keeper.credential(name)?.type === 'secret';
  const troubles: string[] = [];
  const onTrouble = (what: string): unknown => troubles.push(what);
  let offered: readonly TemplateSource[] = [];
  let revision = 0;
  const sources = { revision: () => revision, all: () => offered };
  const parts = { store: storage.templates, catalog, schemas, clock: { now }, newId, credentials: keeper, knowsSecret };
  const service = new TemplateService({ ...parts, sources, onTrouble });
  const offer = async (...said: readonly TemplateSource[]): Promise<readonly string[]> => {
    [offered, revision] = [said, revision + 1];
    await service.ready();
    return troubles.splice(0);
  };
  const make = async (document: JsonObject, values: JsonObject = {}): Promise<JsonObject> => {
    const saved = await service.repository.create({ name: 'made', ...document });
    return (await service.instances.instantiate(saved, { values, where: '/parameter_values' })).document;
  };
  return {
    service,
    store: storage.templates,
    catalog,
    keeper,
    schemas,
    clock,
    offer,
    make,
    close: () => storage.close(),
  };
};

/** The faults of a request that is refused; a code alone when it has none. */
export const faultsOf = async (work: Promise<unknown>): Promise<string[]> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof HarmoniaError)) throw error;
    if (error.faults.length === 0) return [error.code];
    return error.faults.map(({ code, pointer }: Fault) => `${code} ${pointer}`);
  }
  throw new Error('nothing was refused');
};
