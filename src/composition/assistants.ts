import type { Config } from '../config/index.js';
import { WorkflowAssistants } from '../llm/index.js';
import type { Assistants } from '../llm/ports/index.js';
import type { Storage } from '../persistence/index.js';
import type { PluginRegistry } from '../plugin/host/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';

export interface AssistantSurroundings {
  readonly config: Config;
  readonly storage: Pick<Storage, 'runHistory'>;
  readonly catalog: WorkflowCatalog;
  readonly registry: PluginRegistry;
  /** Base address of a component; undefined: nobody knows it. */
  readonly baseOf: (component: string) => string | undefined;
}

/** Help with workflows over what is stored. */
export const createAssistants = ({ config, storage, catalog, registry, baseOf }: AssistantSurroundings): Assistants => {
  const { maxRunningTasks, perTask } = config.limits;
  return new WorkflowAssistants({
    definitions: catalog,
    history: storage.runHistory,
    whereabouts: {
      hostsOf: (type) => registry.task(type)?.hosts ?? [],
      baseOf,
    },
    limits: { maxRunningTasks, perTask },
  });
};
