import { HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { CompiledValue, InboxTarget } from '../ports/index.js';
import type { WebhookAuth } from './auth.js';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** What a webhook does with a request. */
export type WebhookAction =
  | { readonly is: 'start'; readonly workflow: string; readonly version?: string }
  | {
      readonly is: 'event';
      readonly event: CompiledValue;
      readonly workflow?: string;
      /** Only this execution gets it. */
      readonly execution?: CompiledValue;
    };

/** A webhook, ready to take requests. */
export interface WebhookDefinition {
  readonly endpoint: string;
  readonly enabled: boolean;
  readonly methods: readonly Method[];
  readonly maxBytes: number;
  readonly auth: WebhookAuth;
  readonly action: WebhookAction;
  /** Absent: the payload as it is. */
  readonly mapping?: CompiledValue;
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

const textFrom = (value: CompiledValue, words: RequestWords, what: string): string => {
  const text = value.evaluate({ ...words });
  if (typeof text === 'string' && text !== '' && text.length <= 255) return text;
  throw new HarmoniaError('expression_error', { reason: `${what} must be a text of 1 to 255 characters` });
};

/** Where a request goes. Throws a `HarmoniaError` when its expressions can make nothing of it. */
export const targetOf = ({ action, mapping }: WebhookDefinition, words: RequestWords): InboxTarget => {
  const content = mapping && { content: mapping.evaluate({ ...words }) };
  if (action.is === 'start') {
    const { workflow, version } = action;
    return { is: 'start', workflow, ...(version !== undefined && { version }), ...content };
  }
  const event = textFrom(action.event, words, '`event`');
  if (action.execution)
    return { is: 'signal', event, execution: textFrom(action.execution, words, '`execution`'), ...content };
  return { is: 'publish', event, ...(action.workflow !== undefined && { workflow: action.workflow }), ...content };
};

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
