import type { CredentialKeeper } from '../credential/ports/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { newId } from '../new-id.js';
import type { Storage } from '../persistence/index.js';
import type { Plugin } from '../plugin/contract/index.js';
import { TemplateService } from '../template/index.js';
import type { WorkflowCatalog } from '../workflow/index.js';

export interface TemplateComposition {
  readonly storage: Storage;
  readonly catalog: WorkflowCatalog;
  readonly schemas: SchemaChecker;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** The plugins that are there at the start. */
  readonly plugins: () => readonly Plugin[];
  readonly credentials?: CredentialKeeper;
}

/** Templates over the storage and the plugins that are there. */
export const composeTemplates = ({ storage, plugins, ...rest }: TemplateComposition): TemplateService =>
  new TemplateService({
    ...rest,
    store: storage.templates,
    clock: systemTimers,
    newId,
    sources: () =>
      plugins()
        .filter(({ templates }) => templates.length > 0)
        .map(({ id, templates }) => ({ id, documents: templates })),
  });
