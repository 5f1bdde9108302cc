import { createHash } from 'node:crypto';
import { fatal, type TaskContext, type WorkflowService } from '@tekton/harmonia/plugin';

/** Characters of a key that the service takes. */
const LONGEST_KEY = 200;

/** Throws `workflows_unavailable` where tasks may ask nothing of the service. */
export const workflowsOf = ({ services }: Pick<TaskContext, 'services'>): WorkflowService => {
  if (services.workflows) return services.workflows;
  throw fatal(
    'workflows_unavailable',
    'What runs this task offers no workflows. Run it in the service, or hand `services: { workflows }` to the test.',
  );
};

/** The idempotency key, or its hash: an address in deep nests is longer than a key may be. */
export const keyOf = (idempotencyKey: string): string =>
  idempotencyKey.length <= LONGEST_KEY
    ? idempotencyKey
    : `sha256:${createHash('sha256').update(idempotencyKey).digest('hex')}`;
