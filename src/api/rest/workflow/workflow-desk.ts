import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, type Uuid } from '../../../kernel/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { ExecutionReader } from '../../ports/index.js';
import { CATALOG, READER } from '../../tokens.js';

/** What is asked of workflows, whichever way it comes, beyond what the catalog itself answers. */
@Injectable()
export class WorkflowDesk {
  constructor(
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(READER) private readonly reader: ExecutionReader,
  ) {}

  /** Content hash of the definition that a caller has seen, by its version. Throws `version_changed` when it is another now. */
  async seenAs(id: Uuid, version: string | undefined): Promise<string | undefined> {
    if (version === undefined) return undefined;
    const { workflow } = await this.catalog.find(id);
    if (workflow.version === version) return workflow.definition;
    throw new HarmoniaError('version_changed', { id, version: workflow.version });
  }

  /** Takes it off the list. Throws `conflict` while executions of it are open, unless it is forced. */
  async remove(id: Uuid, force: boolean): Promise<void> {
    await this.catalog.find(id);
    const open = await this.reader.openOf(id);
    if (open > 0 && !force)
      throw new HarmoniaError('conflict', {
        reason: `${open} execution(s) of the workflow are open; end them first, or add ?force=true`,
      });
    await this.catalog.remove(id);
  }
}
