import type { Credentials } from '../credential/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { newId } from '../new-id.js';
import type { Storage } from '../persistence/index.js';
import type { PluginRegistry } from '../plugin/host/index.js';
import { TemplateService } from '../template/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';

export interface TemplateComposition {
  readonly storage: Storage;
  readonly catalog: WorkflowCatalog;
  readonly schemas: SchemaChecker;
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly credentials: Credentials;
  readonly registry: PluginRegistry;
}

/** Templates over the storage and the plugins that are there. */
export const composeTemplates = ({ storage, registry, ...rest }: TemplateComposition): TemplateService =>
  new TemplateService({
    ...rest,
    store: storage.templates,
    knowsSecret: (name) => rest.credentials.forTasks.get(name) !== undefined,
    clock: systemTimers,
    newId,
    sources: {
      revision: () => registry.revision,
      all: () =>
        registry
          .all()
          .filter(({ plugin }) => plugin.templates.length > 0)
          .map(({ plugin: { id, templates } }) => ({ id, documents: templates })),
    },
  });
