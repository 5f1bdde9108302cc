import type { Notifier, ProgressReport, Publication } from '../engine/ports/index.js';
import type { CommitListener } from '../integration/ports/index.js';

/** Passes on what is published, and tells one more that something was committed: while nobody listens, that costs a look at a flag. */
export class CommitPulse implements Notifier {
  private listener: CommitListener | undefined;

  constructor(private readonly next: Notifier) {}

  follow(listener: CommitListener): void {
    this.listener = listener;
  }

  publish(publications: readonly Publication[]): void {
    this.next.publish(publications);
    const { listener } = this;
    if (!listener?.isListening) return;
    const { wanted } = listener;
    listener.committed(
      publications.some(({ events }) => events.some(({ recorded }) => wanted.has(recorded.event.type))),
    );
  }

  progress(report: ProgressReport): void {
    this.next.progress(report);
  }
}
