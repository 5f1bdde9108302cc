import type { TaskPath } from '../../../engine/core/index.js';
import type { PlacedTask, Places, ScopePath } from '../ir/index.js';

/**
 * The names that a model sees: tasks are T1, T2, …, scopes S0 (the workflow), S1, …, by their places in the document. What
 * it writes is read by the same names; any other is nobody's.
 */
export class Aliases {
  private readonly tasks = new Map<string, PlacedTask>();
  private readonly names = new Map<TaskPath, string>();
  private readonly scopes = new Map<string, ScopePath>();
  private readonly scopeNames = new Map<ScopePath, string>();

  /** `sent`: the tasks that the model is told of. */
  constructor(places: Places, sent: ReadonlySet<PlacedTask> = new Set(places.tasks)) {
    places.tasks.forEach((placed, index) => {
      if (!sent.has(placed)) return;
      this.tasks.set(`T${index + 1}`, placed);
      this.names.set(placed.path, `T${index + 1}`);
    });
    places.scopes.forEach(({ path }, index) => {
      this.scopes.set(`S${index}`, path);
      this.scopeNames.set(path, `S${index}`);
    });
  }

  task(alias: unknown): PlacedTask | undefined {
    return typeof alias === 'string' ? this.tasks.get(alias) : undefined;
  }

  scope(alias: unknown): ScopePath | undefined {
    return typeof alias === 'string' ? this.scopes.get(alias) : undefined;
  }

  /** Undefined: it was not sent. */
  of(path: TaskPath): string | undefined {
    return this.names.get(path);
  }

  ofScope(path: ScopePath): string {
    return this.scopeNames.get(path) as string;
  }

  /** A text of the model with the paths that its aliases stand for. */
  resolved(text: string): string {
    return text.replace(/\bT[1-9]\d{0,4}\b/g, (alias) => this.tasks.get(alias)?.path ?? alias);
  }
}
