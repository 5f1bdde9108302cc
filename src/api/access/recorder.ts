import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, AuditEntry } from '../../access/ports/index.js';
import { isJsonObject, type Clock, type JsonObject } from '../../kernel/index.js';
import { ACCESS, CLOCK } from '../tokens.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What of an answer says what was made. */
const MADE = [
  ...['execution_id', 'workflow_id', 'template_id', 'checkpoint_id', 'schedule_id', 'webhook_id', 'trigger_id'],
  ...['delivery_id', 'key_id'],
];
const LONGEST = 500;
const REQUEST_ID = /^[\w.:/+-]{1,128}$/;
/** ms for which refusals in the same words are counted before they are told, and how many different ones are told apart. */
const GATHER = 10_000;
const MOST_KINDS = 200;

declare module 'fastify' {
  interface FastifyRequest {
    /** What was made, as the answer says it. */
    made: string | undefined;
    /** What was done is recorded already. */
    isRecorded: boolean;
    /** Fulfils when what is about to be answered is on record. Who answers by another way than Fastify's calls it. */
    beforeAnswer?: (reply: FastifyReply) => Promise<void>;
  }
}

/** Only what every reader of a log can show. */
const plain = (text: string): string => text.slice(0, LONGEST).replace(/[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]/g, '?');

/** What an answer says was made; '': nothing. */
export const madeBy = (answer: JsonObject): string =>
  MADE.flatMap((name) => (typeof answer[name] === 'string' ? [`${name}=${answer[name]}`] : [])).join(' ');

/**
 * Records changes, and attempts at them that were sent away. Reads nothing of bodies. What is acknowledged is on record
 * before. For refusals nobody waits, and for what nobody in particular did neither: such a record tells of no one, and
 * would cost each change a commit of its own.
 */
@Injectable()
export class Recorder implements BeforeApplicationShutdown {
  private readonly refusals = new Map<string, AuditEntry>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Looks at what an answer says it has made. */
  look(request: FastifyRequest, answer: unknown): void {
    if (READS.has(request.method) || !isJsonObject(answer)) return;
    const made = madeBy(answer);
    if (made !== '') request.made = made;
  }

  /** Before it is answered. Undefined: there is nothing to wait for. */
  record(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { method, refused } = request;
    const { config, url } = request.routeOptions;
    const { access } = config;
    if (READS.has(method) || !access || (access.is === 'open' && !access.isAudited)) return undefined;
    if (refused === undefined && (reply.statusCode >= 400 || (access.is === 'guarded' && access.recordsItself)))
      return undefined;
    if (request.isRecorded) return undefined;
    request.isRecorded = true;
    return this.add({ ...this.entryOf(request, url ?? ''), status: reply.statusCode });
  }

  /**
   * What somebody had done by another way than a route: over a WebSocket, or with a tool. Fulfils when it may be
   * acknowledged. Rejects with `storage_unavailable`.
   */
  async steered(about: Pick<AuditEntry, 'actor' | 'peer' | 'method' | 'route' | 'target' | 'refused'>): Promise<void> {
    const status = about.refused === undefined ? 200 : 403;
    await this.add({ ...about, at: this.clock.now(), status, requestId: undefined, times: 1 });
  }

  /** Tells of refusals that are still counted. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const entry of this.refusals.values()) this.access.audit.append(entry);
    this.refusals.clear();
  }

  beforeApplicationShutdown(): void {
    this.flush();
  }

  private entryOf(request: FastifyRequest, route: string): Omit<AuditEntry, 'status'> {
    const { caller, ip, method, refused, made } = request;
    const params = Object.entries((request.params ?? {}) as Record<string, string>).map(
      ([name, value]) => `${name}=${value}`,
    );
    const id = request.headers['x-request-id'];
    return {
      at: this.clock.now(),
      actor: plain(caller?.actor ?? 'unknown'),
      ...{ peer: plain(ip), method, route, refused },
      target: plain([...params, ...(made === undefined ? [] : [made])].join(' ')),
      requestId: typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined,
      times: 1,
    };
  }

  private add(entry: AuditEntry): Promise<void> | undefined {
    if (entry.refused !== undefined) this.gather(entry);
    else if (this.access.isRequired) return this.access.audit.keep(entry);
    else this.access.audit.append(entry);
    return undefined;
  }

  private gather(entry: AuditEntry): void {
    this.timer ??= setTimeout(() => this.flush(), GATHER).unref();
    // Who is sent away a million times must not fill the disk with it.
    const { actor, peer, method, route, refused } = entry;
    const isNew = !this.refusals.has([actor, peer, method, route, refused].join('\n'));
    const told = isNew && this.refusals.size >= MOST_KINDS ? { ...entry, ...OTHERS } : entry;
    const kind = [told.actor, told.peer, told.method, told.route, told.refused].join('\n');
    const known = this.refusals.get(kind);
    this.refusals.set(kind, known ? { ...known, times: known.times + 1 } : told);
  }
}

const OTHERS = { actor: 'unknown', peer: 'several', method: 'ANY', route: '*', target: '', requestId: undefined };
