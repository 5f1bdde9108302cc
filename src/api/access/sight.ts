import { parseUuid, type Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog, WorkflowChanged } from '../../workflow/index.js';

/** The workflows that a limited caller may see: those that have, or had when they were removed, one of his names. */
export class Sight {
  private constructor(
    readonly names: ReadonlySet<string>,
    private readonly known: Set<Uuid>,
  ) {}

  static async of(names: ReadonlySet<string>, catalog: Pick<WorkflowCatalog, 'idsNamed'>): Promise<Sight> {
    return new Sight(names, new Set(await catalog.idsNamed([...names])));
  }

  get ids(): readonly Uuid[] {
    return [...this.known];
  }

  has(id: Uuid): boolean {
    return this.known.has(id);
  }

  /** By its id or name. */
  hasNamed(text: unknown): boolean {
    if (typeof text !== 'string') return false;
    const id = parseUuid(text);
    return id === undefined ? this.names.has(text) : this.known.has(id);
  }

  /** Keeps up with what becomes of workflows: a stream lives longer than what it saw at first. */
  changed({ type, workflow: { id, name } }: Pick<WorkflowChanged, 'type' | 'workflow'>): void {
    if (this.names.has(name)) this.known.add(id);
    else if (type !== 'workflow_deleted') this.known.delete(id);
  }
}
