import type { Config } from '../config/index.js';
import type { Credentials } from '../credential/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import type { Engine } from '../engine/index.js';
import type { ComponentNotes } from '../integration/ports/index.js';
import type { JsonObject } from '../kernel/index.js';
import type { Assistants } from '../llm/ports/index.js';
import { newId } from '../new-id.js';
import type { Storage } from '../persistence/index.js';
import {
  CommandDesk,
  ContainedFiles,
  HandoffDesk,
  HandoffFiles,
  OwnActionDesk,
  Repeatable,
  SprintDesk,
  SprintFiles,
  SprintWorkflows,
  StateActions,
  TemplateActions,
  WorkflowActions,
} from '../tekton/index.js';
import type { Handoffs, MessageDesk, OwnActions, Sprints, TaskChoices } from '../tekton/ports/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../workflow/index.js';
import { currentMasking } from './current-masking.js';
import type { Features } from './features.js';

/** What callers of the platform ask of Harmonia. */
export interface Callers {
  readonly ownActions: OwnActions;
  readonly messages: MessageDesk;
  readonly handoffs: Handoffs;
  readonly sprints: Sprints;
}

export interface CallerParts {
  readonly config: Config;
  readonly engine: Engine;
  readonly schemas: SchemaChecker;
  readonly catalog: WorkflowCatalog;
  readonly requests: WorkflowRequests;
  readonly storage: Pick<Storage, 'reader' | 'savedStates' | 'componentBoard'>;
  readonly credentials: Credentials;
  readonly assistants: Assistants;
  readonly componentBoard: ComponentNotes;
  readonly features: Pick<Features, 'templates' | 'generation'>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const choicesOf = ({ storage, componentBoard }: CallerParts): TaskChoices => ({
  for: async (tasks) => {
    const assigned = new Map<string, string>();
    for (const task of tasks) {
      const found = await storage.componentBoard.assignment(task);
      if (found) assigned.set(task, found.component);
    }
    const mappings = (await componentBoard.mappings()) as readonly { task_type: string; component: string }[];
    return {
      assigned,
      mapped: new Map(mappings.map(({ task_type: type, component }) => [type.toLowerCase(), component])),
    };
  },
});

const createPlanning = (parts: CallerParts): { readonly sprints: SprintDesk; readonly handoffs: HandoffDesk } => {
  const { root } = parts.config.planning;
  const files = root === undefined ? undefined : new ContainedFiles(root);
  const sprints: SprintDesk = new SprintDesk({
    files: files && new SprintFiles(files),
    workflows: new SprintWorkflows(parts.catalog),
    choices: choicesOf(parts),
    clock: systemTimers,
    handOn: (sprint: string, document: JsonObject) => handoffs.handOn(sprint, document),
  });
  const handoffs: HandoffDesk = new HandoffDesk({
    ...{ sprints, clock: systemTimers, onTrouble: parts.onTrouble },
    files: files && new HandoffFiles(files),
  });
  return { sprints, handoffs };
};

const createOwnActions = (parts: CallerParts): OwnActions => {
  const { catalog, requests, storage, schemas, credentials, features, config } = parts;
  const { reader, savedStates: states } = storage;
  const repeatable = new Repeatable(catalog);
  const masking = currentMasking(credentials.forTasks);
  const about = { catalog, requests, reader, repeatable, newId, clock: systemTimers, engine: parts.engine };
  const actions = [
    ...new WorkflowActions(about).all(),
    ...new StateActions({
      ...{ ...about, states, maxBytes: config.limits.maxPayloadBytes },
      mask: (value) => masking().json(value),
    }).all(),
    ...new TemplateActions({ ...about, templates: features.templates }).all(),
  ];
  return new OwnActionDesk(actions, schemas);
};

/** What stands on everything else: other components call it. */
export const createCallers = (parts: CallerParts): Callers => {
  const { catalog, requests, storage, assistants, features } = parts;
  const { sprints, handoffs } = createPlanning(parts);
  const messages = new CommandDesk({
    ...{ catalog, requests, assistants, sprints, newId, clock: systemTimers, reader: storage.reader },
    templates: features.templates,
    generation: features.generation,
    engine: parts.engine,
  });
  return { ownActions: createOwnActions(parts), messages, handoffs, sprints };
};
