import { hash, randomBytes } from 'node:crypto';
import { withHeld } from '../permission.js';
import type { Caller, Permission } from '../ports/index.js';

/** A key that stands in the configuration. */
export interface ConfiguredKey {
  readonly name: string;
  readonly secret: string;
  readonly permissions: readonly Permission[];
  readonly workflows: readonly string[] | undefined;
}

/**
 * The keys of the configuration, found by a digest that is salted anew by every process: how long the search takes
 * tells nothing of them, and no secret stays in memory.
 */
export class ConfiguredKeys {
  private readonly pepper = randomBytes(32).toString('base64');
  private readonly callers: ReadonlyMap<string, Caller>;

  constructor(keys: readonly ConfiguredKey[]) {
    this.callers = new Map(keys.map((key) => [this.digest(key.secret), callerOf(key)]));
  }

  find(secret: string): Caller | undefined {
    return this.callers.size === 0 ? undefined : this.callers.get(this.digest(secret));
  }

  private digest(secret: string): string {
    return hash('sha256', this.pepper + secret, 'base64');
  }
}

const callerOf = ({ name, permissions, workflows }: ConfiguredKey): Caller =>
  Object.freeze({
    actor: `configured:${name}`,
    permissions: withHeld(permissions),
    workflows: workflows && new Set(workflows),
    until: undefined,
  });
