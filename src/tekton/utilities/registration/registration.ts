import type { JsonObject } from '../../../kernel/index.js';

/** How a component is, in the words of the platform. */
export type ComponentStatus =
  'unregistered' | 'initializing' | 'ready' | 'degraded' | 'error' | 'maintenance' | 'shutdown';

/** A capability with all that can be said of it. Hermes takes texts only: the rest travels in `metadata`. */
export interface Capability {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters?: JsonObject;
}

/** What a component says of itself to Hermes. */
export interface Registration {
  /** Fixed: registering again under it replaces the entry. */
  readonly componentId: string;
  /** In lower case: the status tool of the platform compares it with the component's key. */
  readonly name: string;
  readonly version: string;
  readonly type: string;
  /** Base address under which others reach it. */
  readonly endpoint: string;
  readonly capabilities: readonly Capability[];
  readonly metadata?: JsonObject;
}

/** Keeps a component registered: what a component starts once it listens, and stops first. */
export interface HermesRegistration {
  readonly isRegistered: boolean;
  /** Begins, in the background; never fails, and never gives up. */
  start(): void;
  /** Takes leave, within two seconds. */
  stop(): Promise<void>;
}
