import type { JsonObject } from '../../kernel/index.js';
import type { Belongings, HermesClient } from '../../tekton/utilities/registration/index.js';
import type { HermesTool } from '../ports/index.js';

/** Requests at once. */
const AT_ONCE = 4;
const TOOLS = '/api/mcp/v2/tools';

export interface ToolShelfParts {
  readonly client: HermesClient;
  readonly tools: () => readonly HermesTool[];
  readonly component: string;
  readonly componentId: string;
  readonly version: string;
}

/**
 * Our tools at Hermes, under ids of our own: whoever registers one again replaces it, and it can be deleted. What could
 * not be put there is tried again at the next `publish`; a list that has changed is followed.
 */
export class ToolShelf implements Belongings {
  /** By id what Hermes was sent. */
  private readonly there = new Map<string, string>();
  /** Hermes may have them: a request was sent. */
  private readonly sent = new Set<string>();
  private work: Promise<void> = Promise.resolve();
  private readonly end = new AbortController();

  constructor(private readonly parts: ToolShelfParts) {}

  get ids(): readonly string[] {
    return [...this.there.keys()].sort();
  }

  /** Hermes has forgotten them. */
  forget(): void {
    this.there.clear();
  }

  /** Puts there what is not. `endpoint`: our own address. Does not wait; one run at a time. */
  publish(endpoint: string): void {
    this.work = this.work.then(() => this.reconcile(endpoint));
  }

  /** Fulfils when nothing is being put there. */
  settled(): Promise<void> {
    return this.work;
  }

  /** Takes all of them away again, as far as `signal` has patience. */
  async withdraw(signal: AbortSignal): Promise<void> {
    this.end.abort();
    await this.work;
    await inTurns([...this.sent], (id) => this.delete(id, signal));
  }

  private async reconcile(endpoint: string): Promise<void> {
    const { signal } = this.end;
    const wanted = new Map(
      this.parts.tools().map((tool) => [this.idOf(tool), JSON.stringify(this.words(tool, endpoint))]),
    );
    const gone = [...this.sent].filter((id) => !wanted.has(id));
    const missing = [...wanted].filter(([id, text]) => this.there.get(id) !== text);
    await inTurns(gone, (id) => this.delete(id, signal));
    await inTurns(missing, ([id, text]) => this.put(id, text, signal));
  }

  private idOf({ id }: HermesTool): string {
    const { component, componentId } = this.parts;
    return id.startsWith(`${component}.`) ? `${componentId}${id.slice(component.length)}` : id;
  }

  private words(tool: HermesTool, endpoint: string): object {
    const { component, version } = this.parts;
    const { name, description, schema, tags, category } = tool;
    const port = new URL(endpoint).port;
    return {
      ...{ id: this.idOf(tool), name, description, schema, tags, version },
      endpoint: `${endpoint}/api/tools/${encodeURIComponent(name)}/execute`,
      metadata: {
        ...{ component, component_version: version, category, tags, fastmcp: true },
        ...(port !== '' && { port: Number(port) }),
      },
    };
  }

  /** False: there is no use in asking for the next one now. */
  private async put(id: string, text: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    this.sent.add(id);
    const body = JSON.parse(text) as JsonObject;
    const answer = await this.parts.client.ask({ method: 'POST', path: TOOLS, body }, signal).catch(() => undefined);
    if (answer?.status === 200) this.there.set(id, text);
    return answer !== undefined && answer.status < 500;
  }

  /** Whatever is answered: it is not there, or not ours to delete. */
  private async delete(id: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const path = `${TOOLS}/${encodeURIComponent(id)}`;
    const answer = await this.parts.client.ask({ method: 'DELETE', path }, signal).catch(() => undefined);
    if (answer === undefined) return false;
    this.sent.delete(id);
    this.there.delete(id);
    return true;
  }
}

/** A few at once, until one says that there is no use in going on. */
const inTurns = async <T>(items: readonly T[], work: (item: T) => Promise<boolean>): Promise<void> => {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) if (!(await work(item))) rest.length = 0;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};
