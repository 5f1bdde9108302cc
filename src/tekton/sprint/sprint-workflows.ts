import { HarmoniaError, isJsonObject, Turns, type Fault, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { Checked, WorkflowCatalog, WorkflowWithDocument } from '../../workflow/index.js';
import type { Choices } from '../ports/index.js';
import { MADE_OF, tagOf, workflowSource } from './sprint-workflow.js';

export type SprintCatalog = Pick<WorkflowCatalog, 'check' | 'create' | 'update' | 'find' | 'list'>;

/** A workflow that was made of a hand-off, and what was assumed on the way. */
export interface MadeWorkflow {
  readonly saved: WorkflowWithDocument;
  /** `created`, `updated`: there is a further version; `unchanged`. */
  readonly is: 'created' | 'updated' | 'unchanged';
  readonly warnings: readonly Fault[];
}

const madeOf = ({ metadata }: JsonObject): unknown => (isJsonObject(metadata) ? metadata[MADE_OF] : undefined);

/** The workflows of sprints. One is found again by its tag, whatever became of its name. */
export class SprintWorkflows {
  private readonly turns = new Turns();

  constructor(private readonly catalog: SprintCatalog) {}

  /** The newest workflow of a sprint; undefined: none was made yet. */
  async of(directory: string): Promise<WorkflowWithDocument | undefined> {
    const { items } = await this.catalog.list({
      ...{ tag: tagOf(directory), sortBy: 'created_at', descending: true, offset: 0, limit: 1 },
    });
    return items[0] && this.catalog.find(items[0].id);
  }

  find(id: Uuid): Promise<WorkflowWithDocument> {
    return this.catalog.find(id);
  }

  /** The workflow as it would be accepted today, or what is wrong with it. */
  check({ document }: WorkflowWithDocument): Pick<Checked, 'compiled' | 'faults'> {
    return this.catalog.check(document);
  }

  /** Makes a workflow of a hand-off; of one that it was made of already nothing. Throws `validation_error` with every fault. */
  make(handoff: JsonObject, directory: string, choices: Choices): Promise<MadeWorkflow> {
    // In turn: of two at the same time the second finds what the first has made.
    return this.turns.take(async () => {
      const source = workflowSource(handoff, directory, choices);
      const before = await this.of(directory);
      if (before && madeOf(before.document) === madeOf(source)) return { saved: before, is: 'unchanged', warnings: [] };
      const { warnings, faults, compiled } = this.catalog.check(source);
      if (!compiled)
        throw new HarmoniaError('validation_error', { subject: 'The sprint', count: faults.length }, { faults });
      if (before)
        return { saved: await this.catalog.update(before.workflow.id, { source }, true), is: 'updated', warnings };
      return { saved: await this.catalog.create({ source }), is: 'created', warnings };
    });
  }
}
