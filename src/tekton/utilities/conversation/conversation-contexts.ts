import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isJsonObject, isoInstant, type Clock, type Json, type JsonObject } from '../../../kernel/index.js';
import { ContextNotFoundError, ContextValidationError } from '../errors/index.js';

const ROLES = ['user', 'assistant', 'system', 'function', 'tool'] as const;

export type ConversationRole = (typeof ROLES)[number];

export interface ConversationMessage {
  readonly role: ConversationRole;
  readonly content: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly metadata?: JsonObject;
}

/** A conversation. Frozen: a change makes another one. */
export interface ConversationContext {
  readonly context_id: string;
  /** Oldest first; the latest hundred. */
  readonly messages: readonly ConversationMessage[];
  readonly metadata: JsonObject;
  readonly created_at: string;
  readonly updated_at: string;
}

const MAX_CONTEXTS = 1000;
const MAX_MESSAGES = 100;
/** Characters of one message, and of all conversations together. */
const MAX_CONTENT = 256 * 1024;
const MAX_TOTAL = 64 * 2 ** 20;
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** What a token of a language model takes on average. */
const CHARACTERS_PER_TOKEN = 4;
const ID = /^[\w.:@+~-]{1,128}$/;

const invalid = (reason: string): ContextValidationError => new ContextValidationError(`The context ${reason}.`);

const parseMessage = (value: Json): ConversationMessage => {
  if (!isJsonObject(value)) throw invalid('has a message that is no object');
  const { role, content, timestamp, metadata } = value;
  const known = ROLES.find((one) => one === role);
  if (known === undefined) throw invalid(`has a message whose role is none of ${ROLES.join(', ')}`);
  if (typeof content !== 'string' || content.length > MAX_CONTENT)
    throw invalid(`has a message whose content is no text of at most ${MAX_CONTENT} characters`);
  if (typeof timestamp !== 'string') throw invalid('has a message without a timestamp');
  if (metadata !== undefined && !isJsonObject(metadata)) throw invalid('has a message whose metadata is no object');
  return Object.freeze({ role: known, content, timestamp, ...(metadata !== undefined && { metadata }) });
};

const parseContext = (value: Json): ConversationContext => {
  if (!isJsonObject(value)) throw invalid('is no object');
  const { context_id: id, messages, metadata = {}, created_at: created, updated_at: updated } = value;
  if (typeof id !== 'string' || !ID.test(id)) throw invalid('has no context_id of 1 to 128 letters, digits or _.:@+~-');
  if (!Array.isArray(messages)) throw invalid('has no list of messages');
  if (!isJsonObject(metadata)) throw invalid('has metadata that is no object');
  if (typeof created !== 'string' || typeof updated !== 'string') throw invalid('does not say when it was made');
  const parsed = Object.freeze((messages as Json[]).slice(-MAX_MESSAGES).map(parseMessage));
  return Object.freeze({ context_id: id, messages: parsed, metadata, created_at: created, updated_at: updated });
};

const sizeOf = ({ messages, metadata }: ConversationContext): number =>
  messages.reduce(
    (sum, { content, metadata: of }) => sum + content.length + (of === undefined ? 0 : JSON.stringify(of).length),
    JSON.stringify(metadata).length + 1,
  );

/**
 * Conversations, in memory: at most 1000 of them, the one that was changed longest ago goes first; each lives for a day
 * after its last change and has at most its hundred latest messages.
 */
export class ConversationContexts {
  private readonly kept: LRUCache<string, ConversationContext>;
  private cleared: number;

  /** The clock is the system's unless another is given. */
  constructor(private readonly clock: Clock = { now: () => Date.now() }) {
    this.cleared = clock.now();
    this.kept = new LRUCache({
      max: MAX_CONTEXTS,
      maxSize: MAX_TOTAL,
      sizeCalculation: sizeOf,
      ttl: DAY,
      // Else a time is kept for a millisecond, which a clock of tests need not be told.
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  get size(): number {
    return this.kept.size;
  }

  has(id: string): boolean {
    return this.find(id) !== undefined;
  }

  find(id: string): ConversationContext | undefined {
    // Who reads does not keep it alive.
    return this.kept.peek(id);
  }

  /** Begins a conversation; the id is made when none is given. One of that id that is there already is answered as it is. */
  begin(id: string = randomUUID(), metadata: JsonObject = {}): ConversationContext {
    const known = this.find(id);
    if (known) return known;
    const now = isoInstant(this.clock.now());
    return this.keep({ context_id: id, messages: [], metadata, created_at: now, updated_at: now });
  }

  /** Adds what somebody said. Throws `ContextNotFoundError`, `ContextValidationError`. */
  say(id: string, message: Omit<ConversationMessage, 'timestamp'>): ConversationContext {
    const known = this.find(id);
    if (!known) throw new ContextNotFoundError(`There is no context ${id}.`);
    const timestamp = isoInstant(this.clock.now());
    return this.keep({ ...known, messages: [...known.messages, { ...message, timestamp }], updated_at: timestamp });
  }

  forget(id: string): boolean {
    return this.kept.delete(id);
  }

  /** All of them as JSON, the one that was changed longest ago first: what `restore` takes. */
  save(): ConversationContext[] {
    return [...this.kept.rvalues()].filter((context) => context !== undefined);
  }

  /** Takes what `save` gave, checked. Throws `ContextValidationError`, and then has taken nothing. */
  restore(saved: Json): void {
    if (!Array.isArray(saved)) throw invalid('file is no list');
    for (const context of (saved as Json[]).map(parseContext)) this.put(context);
  }

  private keep(context: ConversationContext): ConversationContext {
    const parsed = parseContext(context as unknown as Json);
    if (this.clock.now() - this.cleared >= HOUR) {
      this.cleared = this.clock.now();
      this.kept.purgeStale();
    }
    this.put(parsed);
    return parsed;
  }

  private put(context: ConversationContext): void {
    const age = this.clock.now() - Date.parse(context.updated_at);
    const ttl = DAY - (Number.isFinite(age) && age > 0 ? age : 0);
    if (ttl > 0) this.kept.set(context.context_id, context, { ttl });
  }
}

/** The latest messages that a language model has room for, oldest first; four characters count as a token. */
export const messagesWithin = (
  { messages }: ConversationContext,
  tokens: number,
): { readonly role: ConversationRole; readonly content: string }[] => {
  let left = tokens * CHARACTERS_PER_TOKEN;
  const begin = messages.findLastIndex(({ content }) => (left -= content.length) < 0) + 1;
  return messages.slice(begin).map(({ role, content }) => ({ role, content }));
};
