import { createHash } from 'node:crypto';
import { HarmoniaError, type Instant, type JsonObject } from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import { PATIENCE, sourceOf, targetOrFailure, type Inbox } from '../inbox/index.js';
import type { HookCall, HookReceipt, HookReceiver } from '../ports/index.js';
import { PresentedHeaders } from './presented-headers.js';
import type { Refusals } from './refusals.js';
import { fieldsOf, payloadOf } from './request-payload.js';
import { proofNames, verify, type Evidence } from './verify.js';
import { messageIdOf, type RequestWords, type WebhookDefinition } from './webhook-definition.js';
import type { ReadyWebhook, WebhookDefinitions } from './webhook-definitions.js';

export interface HookIngressParts {
  readonly definitions: WebhookDefinitions;
  readonly inbox: Pick<Inbox, 'accept'>;
  readonly credentials: Pick<CredentialKeeper, 'credential'>;
  readonly refusals: Refusals;
  readonly now: () => Instant;
}

/** Where a sender usually puts the id of what it sends; of several the first. */
const ID_HEADERS = ['webhook-id', 'idempotency-key', 'x-github-delivery'];
const LONGEST_ID = 255;
/** Carry secrets by nature. */
const NEVER_KEPT = ['authorization', 'proxy-authorization', 'cookie'];

const wordsOf = (call: HookCall, { definition }: ReadyWebhook, { headers, query }: Evidence): RequestWords => {
  const proof = proofNames(definition.auth);
  const kept = new URLSearchParams(query);
  for (const name of proof.query) kept.delete(name);
  const parameters = fieldsOf(kept);
  return {
    payload: payloadOf(headers.first('content-type'), call.body, parameters),
    headers: headers.without(new Set([...NEVER_KEPT, ...proof.headers])),
    query: parameters,
  };
};

/** Takes requests to `/hooks/<endpoint>`: looked up, verified, read, and then kept in the inbox. */
export class HookIngress implements HookReceiver {
  constructor(private readonly parts: HookIngressParts) {}

  async admit({ endpoint, method }: Pick<HookCall, 'endpoint' | 'method'>): Promise<{ readonly maxBytes: number }> {
    const { definition } = await this.mustTake(endpoint, method);
    return definition;
  }

  async tooLong(endpoint: string): Promise<HarmoniaError> {
    const ready = await this.parts.definitions.at(endpoint);
    if (!ready) return new HarmoniaError('hook_not_found');
    this.parts.refusals.add(ready.id, 'payload_too_large');
    return tooLarge('too many', ready.definition.maxBytes);
  }

  async receive(call: HookCall): Promise<HookReceipt> {
    const ready = await this.mustTake(call.endpoint, call.method);
    try {
      return await this.take(call, ready);
    } catch (error) {
      this.parts.refusals.add(ready.id, error instanceof HarmoniaError ? error.code : 'internal_error');
      throw error;
    }
  }

  private async mustTake(endpoint: string, method: string): Promise<ReadyWebhook> {
    const ready = await this.parts.definitions.at(endpoint);
    if (!ready) throw new HarmoniaError('hook_not_found');
    const { enabled, methods } = ready.definition;
    const refuse = (error: HarmoniaError): never => {
      this.parts.refusals.add(ready.id, error.code);
      throw error;
    };
    if (!enabled) return refuse(new HarmoniaError('hook_disabled'));
    if (methods.some((allowed) => allowed === method)) return ready;
    return refuse(new HarmoniaError('hook_method', { method, allowed: methods.join(', ') }));
  }

  private async take(call: HookCall, ready: ReadyWebhook): Promise<HookReceipt> {
    const { definition, id } = ready;
    const { credentials, inbox, now } = this.parts;
    mustFit(call.body, definition);
    const headers = new PresentedHeaders(call.rawHeaders);
    const evidence: Evidence = { headers, query: new URLSearchParams(call.search), body: call.body };
    verify(definition.auth, evidence, { credential: (name) => credentials.credential(name), now });
    const words = wordsOf(call, ready, evidence);
    const messageId = messageIdFor(definition, words, { headers, body: call.body });
    const { payload, ...facts } = words;
    const circumstances: JsonObject = { ...facts, method: call.method, source_ip: call.from };
    const target = targetOrFailure(definition, { ...words });
    const delivery = { source: sourceOf('webhook', id), messageId, payload, circumstances, target };
    return { ...(await inbox.accept(delivery, PATIENCE)), messageId };
  }
}

const mustFit = (body: Uint8Array, { maxBytes }: WebhookDefinition): void => {
  if (body.length > maxBytes) throw tooLarge(body.length, maxBytes);
};

const tooLarge = (size: number | string, limit: number): HarmoniaError =>
  new HarmoniaError('payload_too_large', { subject: 'The body', size, limit, setting: '`max_bytes` of the webhook' });

const messageIdFor = (
  { messageId, auth, deduplicate }: WebhookDefinition,
  words: RequestWords,
  { headers, body }: { headers: PresentedHeaders; body: Uint8Array },
): string | null => {
  if (messageId) return messageIdOf(messageId, words);
  // Its signature covers the id and no other header.
  const names = auth.type === 'standard_webhooks' ? ID_HEADERS.slice(0, 1) : ID_HEADERS;
  const found = names.map((name) => headers.first(name)).find((value) => value !== undefined && value !== '');
  if (found === undefined) return deduplicate ? createHash('sha256').update(body).digest('hex') : null;
  if (found.length <= LONGEST_ID) return found;
  throw new HarmoniaError('hook_message_id', { reason: `it has more than ${LONGEST_ID} characters` });
};
