import { HarmoniaError, type Timers } from '../kernel/index.js';
import { ANONYMOUS } from './anonymous.js';
import type { Failures } from './failures.js';
import type { ConfiguredKeys } from './key/configured-keys.js';
import type { KeyRing } from './key/key-ring.js';
import { checkPage, type PageRules } from './pages.js';
import type { Access, AskingPage, AuditTrail, Caller, KeyDesk, Presented } from './ports/index.js';
import type { IssuerKeys } from './token/issuer-keys.js';
import { failed, Tokens } from './token/tokens.js';

export interface AccessParts {
  readonly isRequired: boolean;
  readonly metricsAreOpen: boolean;
  readonly pages: PageRules;
  readonly ring: KeyRing;
  readonly configured: ConfiguredKeys;
  readonly tokens: Tokens;
  readonly issuerKeys: IssuerKeys | undefined;
  readonly failures: Failures;
  readonly timers: Timers;
  readonly audit: AuditTrail;
}

const ENDED = {
  unknown: 'the key is unknown',
  expired: 'the key has expired',
  revoked: 'the key was revoked',
} as const;
/** ms of the longest timer. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Who asks, and whether that can be. Wrong credentials are counted by the address that they come from; when there are too
 * many, only callers from there go on who were let in before: guessing gets nowhere, and neighbours are not shut out.
 */
export class AccessService implements Access {
  readonly isRequired: boolean;
  readonly metricsAreOpen: boolean;
  readonly keys: KeyDesk;
  readonly audit: AuditTrail;
  /** Callers that were let in since the start. */
  private readonly letIn = new WeakSet<Caller>();

  constructor(private readonly parts: AccessParts) {
    this.isRequired = parts.isRequired;
    this.metricsAreOpen = parts.metricsAreOpen;
    this.keys = parts.ring;
    this.audit = parts.audit;
  }

  identify({ credential, fault }: Presented, peer: string): Caller | Promise<Caller> {
    if (!this.isRequired) return ANONYMOUS;
    if (credential === undefined) throw failed(fault ?? 'no credentials came');
    const found = this.parts.ring.find(credential);
    if (found.is === 'good') return this.admitted(found.caller, peer);
    const configured = this.parts.configured.find(credential);
    if (configured) return this.admitted(configured, peer);
    if (found.is === 'unknown' && Tokens.isOne(credential)) return this.byToken(credential, peer);
    this.mustBePatient(peer);
    return this.counted(failed(ENDED[found.is]), peer);
  }

  checkPage(page: AskingPage): void {
    if (!this.isRequired) checkPage(page, this.parts.pages);
  }

  whenOver({ actor, until }: Caller, over: () => void): () => void {
    const stopListening = this.parts.ring.onRevoked((revoked) => {
      if (revoked === actor) end();
    });
    const now = this.parts.timers.now();
    // One that ends later than a timer can say ends with the process, if not before.
    const timer =
      until === undefined || until - now > LONGEST_TIMER ? undefined : this.parts.timers.at(until, () => end());
    const stop = (): void => {
      stopListening();
      timer?.cancel();
    };
    const end = (): void => {
      stop();
      over();
    };
    return stop;
  }

  start(): void {
    this.parts.issuerKeys?.start();
  }

  stop(): void {
    this.parts.issuerKeys?.stop();
  }

  private byToken(token: string, peer: string): Caller | Promise<Caller> {
    const known = this.parts.tokens.recall(token);
    if (known) return known;
    this.mustBePatient(peer);
    return this.parts.tokens.verify(token).catch((error: unknown) => this.counted(error, peer));
  }

  private admitted(caller: Caller, peer: string): Caller {
    if (!this.letIn.has(caller)) {
      this.mustBePatient(peer);
      this.letIn.add(caller);
    }
    return caller;
  }

  private mustBePatient(peer: string): void {
    const rest = this.parts.failures.restOf(peer, this.parts.timers.now());
    if (rest === undefined) return;
    throw new HarmoniaError('too_many_failures', {}, { details: { retry_after: Math.ceil(rest / 1000) } });
  }

  private counted(error: unknown, peer: string): never {
    if (error instanceof HarmoniaError && error.code === 'authentication_failed')
      this.parts.failures.failed(peer, this.parts.timers.now());
    throw error;
  }
}
