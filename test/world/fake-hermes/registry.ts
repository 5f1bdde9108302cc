import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../../../src/kernel/index.js';

/** s after its last heartbeat during which a component is healthy. */
const HEALTHY = 60;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly endpoint: string;
  readonly capabilities: readonly string[];
  readonly metadata: JsonObject;
  readonly registered: number;
  heard: number | null;
}

export interface Filter {
  readonly capability?: string | undefined;
  readonly type?: string | undefined;
  readonly isHealthy: boolean;
}

/** The registry of the HTTP routes: in memory, nothing expires, the order is that of the first registration. */
export class Registry {
  private entries = new Map<string, Entry>();

  constructor(private readonly seconds: () => number) {}

  get size(): number {
    return this.entries.size;
  }

  clear(): void {
    this.entries.clear();
  }

  /** The id under which it stands. */
  register(body: JsonObject): string {
    const {
      component_id: given,
      name,
      version,
      type,
      endpoint,
      capabilities,
      metadata,
    } = body as {
      component_id: string | null;
      metadata: JsonObject;
      capabilities: string[];
    } & Record<'name' | 'version' | 'type' | 'endpoint', string>;
    const id = given || `${type}-${name.toLowerCase().replace(/ /g, '-')}-${randomBytes(4).toString('hex')}`;
    const about = { version, endpoint, capabilities, metadata: { type, ...metadata } };
    this.entries.set(id, { id, name, ...about, registered: this.seconds(), heard: null });
    return id;
  }

  /** Whether it was there. */
  unregister(id: string): boolean {
    return this.entries.delete(id);
  }

  heartbeat(id: string): void {
    const entry = this.entries.get(id);
    if (entry) entry.heard = this.seconds();
  }

  /** `GET /api/components`. No type is kept there, so that filter finds nothing. */
  list({ capability, type, isHealthy }: Filter): JsonObject {
    const components = [...this.entries.values()]
      .filter((entry) => capability === undefined || entry.capabilities.includes(capability))
      .filter((entry) => type === undefined || (entry as { type?: string }).type === type)
      .filter(({ heard }) => !isHealthy || (heard !== null && this.seconds() - heard <= HEALTHY))
      .map(shown);
    return { total: components.length, components };
  }

  /** By name: of several the one that was registered first. */
  byName(name: string): JsonObject | undefined {
    const found = [...this.entries.values()].find((entry) => entry.name === name);
    return found && shown(found);
  }

  /** `POST /api/query`. Health is kept of nobody, so asking for the healthy finds none. */
  query({ capability, type, isHealthy }: Filter): Json {
    return [...this.entries.values()]
      .filter((entry) => capability === undefined || entry.capabilities.includes(capability))
      .filter(({ metadata }) => type === undefined || metadata.type === type)
      .filter(() => !isHealthy)
      .map(({ id, name, version, endpoint, capabilities, metadata, heard }) => ({
        ...{ componentId: id, name, version, type: metadata.type ?? null, endpoint },
        ...{ capabilities: [...capabilities], metadata, healthy: null, lastHeartbeat: heard },
      }));
  }
}

const shown = ({ id, name, version, capabilities, endpoint, heard, registered, metadata }: Entry): JsonObject => ({
  ...{ component_id: id, name, version, type: null, port: null, status: 'unknown' },
  ...{ capabilities: [...capabilities], endpoint, last_heartbeat: heard, registered_at: registered, metadata },
});
