import { v7 as newId } from 'uuid';
import { EmbeddedEngine, systemTimers, type EmbeddedEngineOptions } from '../../src/engine/embedded/index.js';
import type { TaskRunner } from '../../src/engine/ports/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import { catalogue } from './core-world.js';

const echo: TaskRunner = { run: ({ address }) => ({ is: 'completed', output: address }) };

/** The engine over a store: its tasks end at once with their address, unless the test says otherwise. */
export const engineOver = (
  storage: Storage,
  parts: Partial<Pick<EmbeddedEngineOptions, 'journal' | 'runner' | 'limits' | 'onTrouble'>> = {},
): { readonly engine: EmbeddedEngine; readonly catalog: WorkflowCatalog } => {
  const catalog = new WorkflowCatalog({
    store: storage.workflows,
    clock: systemTimers,
    newId: () => newId(),
    surroundings: { catalogue, schemas: createSchemaChecker() },
  });
  const engine = new EmbeddedEngine({
    journal: storage.journal,
    timers: systemTimers,
    notifier: { publish: () => undefined, progress: () => undefined },
    runner: echo,
    limits: { maxRunningTasks: 100, maxOpenExecutions: 1000, maxOpenSteps: 100_000 },
    compiled: (definition) => catalog.compiled(definition),
    workflow: (name, range, execution) => catalog.runnableByName(name, range, execution),
    newId: () => newId(),
    newSeed: () => newId(),
    onTrouble: () => undefined,
    ...parts,
  });
  return { catalog, engine };
};
