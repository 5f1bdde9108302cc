import type { Addressed, Envelope, LineEnd } from '../wire.js';
import { HostLine } from './host-line.js';

// Taken before any code of the plugin runs.
const { store } = Atomics;

/** The line of this thread: one job after the other speaks over it. */
export class ThreadLine {
  private current: HostLine | undefined;
  private number = 0;
  /** The abort of a job may arrive before the job. */
  private abortedAhead = 0;

  constructor(private readonly end: LineEnd) {
    end.port.on('message', (addressed: Addressed) => this.receive(addressed));
  }

  /** The line of a job. It ends the one before. */
  open({ number, token }: Envelope): HostLine {
    this.current?.end();
    const line = new HostLine(this.end.port, token);
    this.number = number;
    this.current = line;
    if (this.abortedAhead === number) line.receive({ is: 'abort' });
    return line;
  }

  /** Code of the plugin is about to run for the job. The host sees it, whatever becomes of this thread. */
  begun(): void {
    store(this.end.begun, 0, this.number);
  }

  private receive({ to, message }: Addressed): void {
    if (to === this.number) this.current?.receive(message);
    else if (to > this.number && message.is === 'abort') this.abortedAhead = to;
  }
}
