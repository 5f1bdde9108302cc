import type { Config } from '../../config/index.js';
import type { Credentials } from '../../credential/index.js';
import { systemTimers as timers } from '../../engine/embedded/index.js';
import { OutboundWebhooks, Subscriptions } from '../../integration/index.js';
import type { DefinitionLog, WebhookDirection } from '../../integration/ports/index.js';
import type { FollowUps } from '../../llm/index.js';
import { newId } from '../../new-id.js';
import type { Storage } from '../../persistence/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../../workflow/index.js';
import type { CommitPulse } from '../commit-pulse.js';
import { currentMasking } from '../current-masking.js';
import { definitionLogOf } from '../log/definition-log.js';
import { eventLogOf, type TraceOfExecution } from '../log/event-log.js';
import { expressionsOf } from '../expressions.js';
import type { Outbound } from './outbound.js';
import { trialLogOf } from '../log/trial-log.js';
import { knowsWorkflow } from './webhooks.js';

export interface SubscriptionComposition {
  readonly config: Config;
  readonly storage: Pick<Storage, 'subscriptions' | 'reader' | 'trials'>;
  readonly catalog: WorkflowCatalog;
  readonly requests: WorkflowRequests;
  readonly credentials: Credentials;
  readonly outbound: Outbound;
  readonly commits: CommitPulse;
  readonly followUps: FollowUps;
  readonly traceOf: TraceOfExecution;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const allOf = (logs: readonly DefinitionLog[]): DefinitionLog => ({
  types: logs.flatMap(({ types }) => types),
  follow: (told) => {
    for (const log of logs) log.follow(told);
  },
  since: async (at) => (await Promise.all(logs.map((log) => log.since(at)))).flat(),
});

/** Puts together what Harmonia tells others. */
export const createSubscriptions = (
  parts: SubscriptionComposition,
): { readonly webhooks: WebhookDirection; readonly background: Subscriptions } => {
  const { config, storage, catalog, requests, credentials, outbound, commits, traceOf, onTrouble } = parts;
  const { http } = outbound;
  const store = storage.subscriptions;
  const log = eventLogOf({ reader: storage.reader, catalog, traceOf });
  const parse = { expressions: expressionsOf(timers, newId), refusal: (url: URL) => http.refusal(url) };
  const shared = { store, log, credentials, timers };
  const { followUps } = parts;
  const logs = [definitionLogOf(catalog), trialLogOf({ catalog, trials: storage.trials, followUps })];
  const masking = currentMasking(credentials.forTasks);
  const subscriptions = new Subscriptions({
    ...{
      ...shared,
      definitions: allOf(logs),
      http,
      parse,
      onTrouble,
      mask: (text) => masking().text(text),
      options: config.outgoing,
    },
  });
  commits.follow(subscriptions.commits);
  const knows = (workflow: string): Promise<boolean> => knowsWorkflow(requests, workflow);
  return {
    webhooks: new OutboundWebhooks({ ...shared, subscriptions, newId, knowsWorkflow: knows }),
    background: subscriptions,
  };
};
