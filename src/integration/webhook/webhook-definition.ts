import { HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { InboundRule } from '../inbox/index.js';
import type { CompiledValue } from '../ports/index.js';
import type { WebhookAuth } from './auth.js';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** A webhook, ready to take requests. */
export interface WebhookDefinition extends InboundRule {
  readonly endpoint: string;
  readonly enabled: boolean;
  readonly methods: readonly Method[];
  readonly maxBytes: number;
  readonly auth: WebhookAuth;
  /** Absent: one of the usual headers. */
  readonly messageId?: CompiledValue;
  /** Equal bodies are one delivery when they have no id. */
  readonly deduplicate: boolean;
}

/** What the expressions of a webhook see of a request. */
export interface RequestWords {
  readonly payload: Json;
  readonly headers: JsonObject;
  readonly query: JsonObject;
}

export const NAMES: ReadonlySet<string> = new Set(['payload', 'headers', 'query']);

/** The id that the sender gave, by the expression of the webhook. Throws `hook_message_id`. */
export const messageIdOf = (value: CompiledValue, words: RequestWords): string => {
  let id: Json;
  try {
    id = value.evaluate({ ...words });
  } catch (error) {
    throw new HarmoniaError('hook_message_id', { reason: (error as Error).message }, { cause: error });
  }
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text === 'string' && text !== '' && text.length <= 255) return text;
  throw new HarmoniaError('hook_message_id', {
    reason: `it is ${isJsonObject(id) ? 'an object' : JSON.stringify(id).slice(0, 50)}`,
  });
};
