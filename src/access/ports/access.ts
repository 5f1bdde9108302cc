import type { Instant } from '../../kernel/index.js';
import type { AuditTrail } from './audit.js';
import type { KeyDesk } from './keys.js';
import type { Permission } from './permission.js';

/** Who asks, and what he may. Frozen. */
export interface Caller {
  /** `key:<id>`, `configured:<name>`, `token:<subject>`, or `anonymous` where nobody is asked who he is. */
  readonly actor: string;
  /** With those that others hold. */
  readonly permissions: ReadonlySet<Permission>;
  /** Names of the workflows that he is limited to; undefined: all. */
  readonly workflows: ReadonlySet<string> | undefined;
  /** When what he showed ends. */
  readonly until: Instant | undefined;
}

/** What a request shows of who asks. */
export interface Presented {
  /** A key or a token, as it came. Undefined: nothing. */
  readonly credential: string | undefined;
  /** Why what came can be none. */
  readonly fault?: string;
}

/** Whose page a browser asks for, in the words of its headers. */
export interface AskingPage {
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/** Who may call. */
export interface Access {
  /** Callers must say who they are. */
  readonly isRequired: boolean;
  /** `/metrics` asks nobody. */
  readonly metricsAreOpen: boolean;
  /**
   * Who asks. At once for keys and for tokens that came before; a token that is new takes a turn. Throws, or rejects with,
   * `authentication_failed`, `too_many_failures` and `token_keys_missing`. `peer` is the address that the request is from.
   */
  identify(presented: Presented, peer: string): Caller | Promise<Caller>;
  /** Where nobody is asked who he is: throws `foreign_origin` and `foreign_host` for pages that may not call. */
  checkPage(page: AskingPage): void;
  /** Calls back once when what a caller showed ends or is revoked. Answers how to stop that. */
  whenOver(caller: Caller, over: () => void): () => void;
  readonly keys: KeyDesk;
  readonly audit: AuditTrail;
  /** Begins to fetch the keys of tokens. Waits for nothing. */
  start(): void;
  stop(): void;
}
