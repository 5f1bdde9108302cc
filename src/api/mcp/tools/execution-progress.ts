import type { Uuid } from '../../../kernel/index.js';
import type { ToolCall } from '../tool.js';
import type { ToolDesk } from '../tool-desk.js';

/** ms between two looks at one execution. */
const PAUSE = 250;

/** Tells how many tasks of an execution have ended: at once, and each time that it are more. */
export class ExecutionProgress {
  private told = -1;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopListening: () => void;

  constructor(
    private readonly desk: Pick<ToolDesk, 'feed' | 'reader'>,
    private readonly execution: Uuid,
    private readonly tell: NonNullable<ToolCall['tell']>,
  ) {
    this.stopListening = desk.feed.listen(execution, () => this.soon());
  }

  async look(): Promise<void> {
    const { reader } = this.desk;
    const record = await reader.find(this.execution);
    const {
      completed = 0,
      skipped = 0,
      failed = 0,
    } = (await reader.runCounts([this.execution])).get(this.execution) ?? {};
    const done = completed + skipped + failed;
    if (!record || done <= this.told) return;
    this.told = done;
    const { workflowName: name, totalTasks: total, status } = record;
    this.tell(done, total, `${name}: ${done} of ${total} tasks, ${status}`);
  }

  /** What is told right before the answer comes too late for clients, and the answer says how it ended. */
  stop(): void {
    this.stopListening();
    clearTimeout(this.timer);
    this.told = Infinity;
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.look().catch(() => undefined);
    }, PAUSE);
  }
}
