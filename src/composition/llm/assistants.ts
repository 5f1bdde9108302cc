import type { Config } from '../../config/index.js';
import type { Surroundings } from '../../engine/core/index.js';
import type { DestinationBoard } from '../../integration/ports/index.js';
import { FactBook, WorkflowAssistants, type KeptHistories, type ModelAsker } from '../../llm/index.js';
import type { Assistants, StatedFacts } from '../../llm/ports/index.js';
import type { Storage } from '../../persistence/index.js';
import type { PluginRegistry } from '../../plugin/host/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { startersIn } from './starters.js';

export interface AssistantSurroundings {
  readonly config: Config;
  readonly storage: Pick<Storage, 'reader' | 'suggestions' | 'schedules' | 'triggers' | 'webhooks'>;
  readonly histories: KeptHistories;
  /** What the operator states of actions. */
  readonly configured: StatedFacts;
  readonly destinations: DestinationBoard;
  /** Absent when no way to a model is configured. */
  readonly models: ModelAsker;
  /** What definitions are checked against. */
  readonly surroundings: Surroundings;
  readonly catalog: WorkflowCatalog;
  readonly registry: PluginRegistry;
  /** Base address of a component; undefined: nobody knows it. */
  readonly baseOf: (component: string) => string | undefined;
}

/** Help with workflows over what is stored. */
export const createAssistants = (around: AssistantSurroundings): Assistants => {
  const { config, storage, catalog, registry, baseOf, destinations, surroundings, models } = around;
  const { maxRunningTasks, perTask } = config.limits;
  return new WorkflowAssistants({
    definitions: catalog,
    histories: around.histories,
    executions: storage.reader,
    facts: new FactBook(storage.suggestions, around.configured),
    starters: startersIn(storage),
    ...{ destinations, surroundings, models },
    whereabouts: {
      hostsOf: (type) => registry.task(type)?.hosts ?? [],
      baseOf,
    },
    limits: { maxRunningTasks, perTask },
  });
};
