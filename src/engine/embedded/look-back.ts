import type { LookBackOrder } from '../core/index.js';
import type { Journal } from '../ports/index.js';
import type { Answer, Work } from './inbox.js';
import type { LiveExecution } from './live-execution.js';

interface Asking {
  readonly journal: Journal;
  readonly submit: (work: Work) => void;
}

/**
 * Shows a step that looks back the events that are kept, a page at a time, until one is what it waits for. One that is
 * given to all meanwhile comes to the execution by itself.
 */
export const lookBack = async (
  live: LiveExecution,
  { step, generation, name, since }: LookBackOrder,
  { journal, submit }: Asking,
): Promise<void> => {
  const query = { name, workflow: live.state.workflow.id, since };
  try {
    for (let page = await journal.keptEvents(query); page.length > 0;) {
      const request = { is: 'recollect', step, generation, events: page } as const;
      await new Promise<Answer>((accept, refuse) => {
        submit({ is: 'ask', execution: live.id, request, reply: { accept, refuse } });
      });
      page = await journal.keptEvents({ ...query, after: page.at(-1)?.place ?? 0 });
    }
  } catch {
    // The step waits no more; or the store fails, and the order comes again when the execution is taken up anew.
  }
};
