import { give, type Draft } from './draft.js';
import { classify } from '../migrate/index.js';
import type { Refusal, RunRequest } from './request.js';

/** What `classify` has answered is what is done. */
export const migrate = (
  draft: Draft,
  { from, to, diff }: Extract<RunRequest, { is: 'migrate' }>,
): Refusal | undefined => {
  const { state, at } = draft;
  const { workflow } = state;
  if (workflow.id !== to.id || workflow.definition !== from) return { is: 'stale' };
  const found = classify(state, diff);
  if (found.is === 'unaffected') return { is: 'conflict', reason: 'Nothing that is yet to happen is different' };
  if (found.is === 'must_finish') {
    const [first] = found.obstacles;
    const where = first?.step ? `${first.step}: ` : '';
    return { is: 'conflict', reason: `It must finish as it is: ${where}${first?.reason ?? ''}` };
  }
  const total = diff.to.scope.tasks.length;
  give(draft, { type: 'execution_migrated', at, from: workflow, to, total_tasks: total, reset: found.reset }, diff.to);
  return undefined;
};
