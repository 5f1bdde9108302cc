import type { Instant } from '../../kernel/index.js';

/** Another component, as Hermes lists it. */
export interface HermesPeer {
  readonly name: string;
  readonly endpoint: string;
  /** Whether calls go there; else why they do not. */
  readonly use: 'used' | 'configured' | 'not_trusted';
}

/** How it stands with Hermes. Made from memory: nobody is asked for it. */
export type HermesStatus =
  | { readonly configured: false }
  | {
      readonly configured: true;
      readonly url: string;
      /** `asleep`: not ready yet; `leaving`: being unregistered; `gone`: stopped. */
      readonly state: 'asleep' | 'unregistered' | 'registered' | 'leaving' | 'gone';
      readonly componentId: string;
      /** Address that is announced; undefined before the service listens. */
      readonly endpoint: string | undefined;
      /** Since when it is registered. */
      readonly since: Instant | undefined;
      /** When Hermes last heard of us. */
      readonly lastHeard: Instant | undefined;
      /** When the next thing is due. */
      readonly next: Instant | undefined;
      /** What the last failure was; undefined: the last call went well. */
      readonly trouble: string | undefined;
      /** Tools that Hermes has of us, by id. */
      readonly tools: readonly string[];
      readonly peers: readonly HermesPeer[];
    };

/** Registration with Hermes, as the API sees it. */
export interface HermesDesk {
  /** What `/health` shows as `registered`. */
  readonly isRegistered: boolean;
  status(): HermesStatus;
  /** Registers now rather than when it is due; false: there is nothing to be registered, or no Hermes. Does not wait. */
  registerNow(): boolean;
}
