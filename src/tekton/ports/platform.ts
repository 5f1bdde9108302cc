import type { Instant } from '../../kernel/index.js';

/** What is known of something that Harmonia uses. Nobody is asked for it: it is what was last seen. */
export interface PeerState {
  /** `hermes`, `llm`. */
  readonly name: string;
  readonly status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
  readonly message: string | undefined;
  /** Its address, without user, password and query; undefined: it has none. */
  readonly endpoint: string | undefined;
  /** When it was last seen or missed; undefined: nobody says. */
  readonly lastCheck: Instant | undefined;
}

/** The rest of the platform beside Hermes, as far as it is known here. Every answer is made from memory. */
export interface Platform {
  peers(): readonly PeerState[];
  /** Base addresses of other components, by name. */
  addresses(): Readonly<Record<string, string>>;
}
