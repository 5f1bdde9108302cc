import type { Timers } from '../../../engine/ports/index.js';
import { isJsonObject, type Instant, type Json } from '../../../kernel/index.js';
import { Deadline } from '../call/deadline.js';
import { TektonLLMError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { Endpoint } from './endpoint.js';
import type { Probed } from './transport.js';

/** What is served at the address of Rhetor. */
export interface RhetorLook {
  /** Rhetor as it is today. */
  readonly today: Probed;
  /** Something that speaks the protocol of the old client. */
  readonly v0: Probed;
}

const said = (error: unknown): string =>
  error instanceof TektonLLMError ? error.message : `no answer within ${LOOK.within / 1000} s`;

/** How long a look may take, and how long what it saw is believed. */
export const LOOK = { within: 2000, believed: 30_000 };

/**
 * Rhetor, as its dialects share it. One look asks for both generations at once; what it saw holds for half a minute,
 * so that a Rhetor that hangs costs its two seconds once and not once for each dialect.
 */
export class RhetorServer {
  private seen: { readonly at: Instant; readonly look: Promise<RhetorLook> } | undefined;

  constructor(
    readonly endpoint: Endpoint,
    private readonly timers: Timers,
  ) {}

  look(): Promise<RhetorLook> {
    const now = this.timers.now();
    if (!this.seen || now >= this.seen.at + LOOK.believed) this.seen = { at: now, look: this.lookNow() };
    return this.seen.look;
  }

  /** The model that the platform assigns to Harmonia; undefined when it says none, or does not say it in time. */
  async assignedModel(capability: string): Promise<string | undefined> {
    if (!(await this.look()).today.ok) return undefined;
    const deadline = new Deadline({ within: LOOK.within, timers: this.timers });
    const init = { body: { component: 'harmonia', capability }, signal: deadline.signal };
    try {
      const answer = await deadline.race(this.endpoint.json('/api/models/select', init));
      const id = isJsonObject(answer) ? answer.model_id : undefined;
      return typeof id === 'string' && id !== '' ? id : undefined;
    } catch {
      return undefined;
    } finally {
      deadline.close();
    }
  }

  private async lookNow(): Promise<RhetorLook> {
    const deadline = new Deadline({ within: LOOK.within, timers: this.timers });
    const { signal } = deadline;
    try {
      const [today, v0] = await Promise.all([
        this.pair({ first: '/health', second: '/api/v1/discovery', isRight: isHealth }, signal),
        this.pair({ first: '/api/v1/health', second: '/api/v1/providers', isRight: () => true }, signal),
      ]);
      return { today, v0 };
    } finally {
      deadline.close();
    }
  }

  private async pair(
    { first, second, isRight }: { first: string; second: string; isRight: (body: Json) => boolean },
    signal: AbortSignal,
  ): Promise<Probed> {
    try {
      const health = await this.endpoint.json(first, { signal });
      if (!isRight(health)) return { ok: false, detail: `${first} says that it is not well` };
      const more = await this.endpoint.json(second, { signal });
      return isJsonObject(more) ? { ok: true, detail: `${first} and ${second} answer` } : notThere(second);
    } catch (error) {
      return { ok: false, detail: said(error) };
    }
  }
}

const notThere = (path: string): Probed => ({ ok: false, detail: `${path} answers no object` });

/** Degraded is well enough: the first real call decides. */
const isHealth = (body: Json): boolean => isJsonObject(body) && body.status !== 'unhealthy';

/** How the turns are told apart in one text. */
const HEADINGS = { system: 'Instructions', user: 'Request', assistant: 'Your previous answer' } as const;

/** A conversation as one text: Rhetor hands on nothing else. A lone turn of the user stays as it is. */
export const folded = ({ messages }: Pick<LlmRequest, 'messages'>): string => {
  const [only] = messages;
  if (only && messages.length === 1) return only.content;
  return messages.map(({ role, content }) => `### ${HEADINGS[role]}\n\n${content}`).join('\n\n');
};
