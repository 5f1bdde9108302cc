import { fault, type Fault } from '../../../kernel/index.js';
import { lenient } from '../expression-text.js';
import { FreshIds } from '../task-ids.js';
import { stateEvent } from './variables.js';
import type { CanonicalTask, ForeignTask } from '../translation.js';

/**
 * State variables that no task sets: in upstream they are set from outside while the workflow runs. Each is a task here
 * that waits for the event by which its value comes; whoever reads it waits for that.
 */
export class OutsideState {
  readonly fresh = new FreshIds();
  /** The waiting tasks by their ids. */
  readonly waits = new Map<string, CanonicalTask>();
  private readonly ids = new Map<string, string>();

  constructor(private readonly warnings: Fault[]) {}

  /** The CEL of a variable. */
  read([root = '', ...below]: readonly string[], reader: ForeignTask): string {
    const id = this.ids.get(root) ?? this.wait(root, reader);
    return below.length === 0 ? `tasks.${id}.output` : `${lenient(`tasks.${id}.output`, below)}.orValue(null)`;
  }

  private wait(root: string, reader: ForeignTask): string {
    const id = this.fresh.next(`state_${root}`);
    this.ids.set(root, id);
    const name = stateEvent(root);
    this.waits.set(id, { event: { name } });
    const reason = `no task sets state.${root.slice(0, 128)} before it is read, so the workflow waits for the event "${name.slice(0, 140)}"`;
    this.warnings.push(fault('dialect_assumption', reader.where, { reason }));
    return id;
  }
}
