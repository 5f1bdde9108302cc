import type { Uuid } from '../../../kernel/index.js';
import type { ToolCall } from '../tool.js';
import type { ToolDesk } from '../tool-desk.js';

/** ms between two looks at one execution. */
const PAUSE = 250;

/** Tells how many tasks have ended, each time that it are more, until it is stopped. Answers how to stop. */
export const tellProgress = (
  { feed, reader }: Pick<ToolDesk, 'feed' | 'reader'>,
  execution: Uuid,
  tell: NonNullable<ToolCall['tell']>,
): (() => void) => {
  let told = -1;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const record = await reader.find(execution);
    const counts = (await reader.runCounts([execution])).get(execution) ?? {};
    const { completed = 0, skipped = 0, failed = 0 } = counts;
    const done = completed + skipped + failed;
    timer = undefined;
    if (isStopped || !record || done <= told) return;
    told = done;
    tell(done, record.totalTasks, `${record.workflowName}: ${done} of ${record.totalTasks} tasks, ${record.status}`);
  };
  const soon = (): void => {
    timer ??= setTimeout(() => void look().catch(() => undefined), PAUSE);
  };
  const stopListening = feed.listen(execution, soon);
  soon();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stopListening();
  };
};
