import type { Millis, Timer, Timers } from '../../kernel/index.js';
import { listIn, pause, type HermesClient } from '../../tekton/utilities/registration/index.js';
import type { PeerDirectory } from './peer-directory.js';

const EVERY: Millis = 60_000;

export interface PeerWatchParts {
  readonly client: HermesClient;
  readonly directory: PeerDirectory;
  readonly timers: Timers;
  /** From 0 to 1; moves the pauses after failures. */
  readonly chance: () => number;
}

/** Reads what Hermes lists, every minute and in the background. While it does not answer, what was seen last stays. */
export class PeerWatch {
  private timer: Timer | undefined;
  private failures = 0;
  private reading: Promise<void> = Promise.resolve();
  private readonly end = new AbortController();

  constructor(private readonly parts: PeerWatchParts) {}

  start(): void {
    this.parts.directory.follow();
    this.read();
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    this.end.abort();
    await this.reading;
  }

  /** Fulfils when nothing is being read. */
  settled(): Promise<void> {
    return this.reading;
  }

  private read(): void {
    const { timers, chance } = this.parts;
    this.reading = this.readBoth().then((isRead) => {
      if (this.end.signal.aborted) return;
      this.failures = isRead ? 0 : this.failures + 1;
      const now = timers.now();
      this.timer = timers.at(now + (isRead ? EVERY : pause(this.failures, chance())), () => this.read());
    });
  }

  private async readBoth(): Promise<boolean> {
    const { client, directory } = this.parts;
    const ask = (path: string) =>
      client.ask({ method: 'GET', path }, this.end.signal).then(
        ({ status, body }) => (status === 200 ? body : undefined),
        () => undefined,
      );
    const [components, tools] = await Promise.all([ask('/api/components'), ask('/api/mcp/v2/tools')]);
    const list = listIn(components);
    if (list) directory.see(list);
    if (Array.isArray(tools)) directory.offer(tools);
    return list !== undefined;
  }
}
