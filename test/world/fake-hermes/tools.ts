import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../../src/kernel/index.js';

/** The tools of Hermes: registered again under one id they are replaced, and are called by nobody. */
export class Tools {
  private entries = new Map<string, JsonObject>();

  constructor(
    private readonly seconds: () => number,
    private readonly builtIn: readonly JsonObject[],
  ) {
    this.clear();
  }

  get size(): number {
    return this.entries.size;
  }

  clear(builtIn = this.builtIn): void {
    this.entries = new Map(builtIn.map((tool) => [tool.id as string, tool]));
  }

  register({ id: given, ...tool }: JsonObject): string {
    const id = typeof given === 'string' && given !== '' ? given : `tool-${randomUUID()}`;
    const { name, description, schema, tags, version, endpoint, metadata } = tool as Record<string, Json>;
    const about = { name, description, schema, tags, version, endpoint, metadata } as JsonObject;
    this.entries.set(id, { id, ...about, registered_at: this.seconds() });
    return id;
  }

  /** In the list what is null is left out. */
  list(): JsonObject[] {
    return [...this.entries.values()].map((tool) => {
      const said = Object.entries(tool).filter(([, value]) => value !== null);
      return Object.fromEntries<Json>(said);
    });
  }

  find(id: string): JsonObject | undefined {
    return this.entries.get(id);
  }

  delete(id: string): boolean {
    return this.entries.delete(id);
  }
}
