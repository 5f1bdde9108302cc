import type { Notifier, ProgressReport, Publication } from '../engine/ports/index.js';
import { endOf } from '../engine/core/index.js';
import type { CommitListener } from '../integration/ports/index.js';
import type { Uuid } from '../kernel/index.js';

/** Who is told of executions that have ended, and of which definition they were. */
export interface EndListener {
  readonly isListening: boolean;
  ended(workflow: Uuid, definition: string): void;
}

/** Passes on what is published, and tells one more that something was committed: while nobody listens, that costs a look at a flag. */
export class CommitPulse implements Notifier {
  private listener: CommitListener | undefined;
  private endListener: EndListener | undefined;

  /** `watchers`: those who measure, told first. */
  constructor(
    private readonly next: Notifier,
    private readonly watchers: readonly Pick<Notifier, 'publish'>[] = [],
  ) {}

  follow(listener: CommitListener): void {
    this.listener = listener;
  }

  followEnds(listener: EndListener): void {
    this.endListener = listener;
  }

  publish(publications: readonly Publication[]): void {
    for (const watcher of this.watchers) watcher.publish(publications);
    this.next.publish(publications);
    if (this.endListener?.isListening) tellEnds(this.endListener, publications);
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

const tellEnds = (listener: EndListener, publications: readonly Publication[]): void => {
  for (const { events, state } of publications)
    if (events.some(({ recorded }) => endOf(recorded.event) !== undefined))
      listener.ended(state.workflow.id, state.workflow.definition);
};
