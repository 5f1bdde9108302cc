import type { Config } from '../../config/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import { systemTimers as timers } from '../../engine/embedded/index.js';
import { HookIngress, InboundWebhooks, Inbox, Refusals, WebhookDefinitions } from '../../integration/index.js';
import type { HookReceiver, WebhookDirection } from '../../integration/ports/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { newId } from '../../new-id.js';
import type { Storage } from '../../persistence/index.js';
import type { WorkflowRequests } from '../../workflow/index.js';
import { budgetFaults } from '../budgets.js';
import { expressionsOf } from '../expressions.js';

export interface WebhookParts {
  readonly config: Config;
  readonly storage: Pick<Storage, 'inbox' | 'webhooks'>;
  readonly requests: WorkflowRequests;
  readonly credentials: CredentialKeeper;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What others tell Harmonia. */
export interface Inbound {
  readonly inbox: Inbox;
  readonly webhooks: WebhookDirection;
  readonly hooks: HookReceiver;
}

/** Whether there is a workflow of that id or name. */
export const knowsWorkflow = async (requests: WorkflowRequests, workflow: string): Promise<boolean> => {
  try {
    await requests.idOf(workflow);
    return true;
  } catch (error) {
    if (error instanceof HarmoniaError && error.code === 'workflow_not_found') return false;
    throw error;
  }
};

/** Puts together what others tell Harmonia: webhooks and the inbox. */
export const createInbound = (parts: WebhookParts): Inbound => {
  const { config, storage, requests, credentials, onTrouble } = parts;
  const inbox = new Inbox({ store: storage.inbox, to: requests, timers, newId, onTrouble, options: config.inbox });
  const parse = { expressions: expressionsOf(timers, newId), budgetFaults, maxBodyBytes: config.limits.maxBodyBytes };
  const definitions = new WebhookDefinitions(storage.webhooks, parse);
  const refusals = new Refusals();
  const shared = { definitions, inbox, credentials, refusals };
  return {
    inbox,
    hooks: new HookIngress({ ...shared, now: () => timers.now() }),
    webhooks: new InboundWebhooks({
      ...shared,
      store: storage.webhooks,
      parse,
      clock: timers,
      newId,
      knowsWorkflow: (workflow) => knowsWorkflow(requests, workflow),
      origin: config.publicUrl,
    }),
  };
};
