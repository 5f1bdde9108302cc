import type { Notifier, Publication } from '../engine/ports/index.js';
import { stepCount, type RunEvent } from '../engine/core/index.js';
import type { Terminal } from './terminal.js';

const BAR = 24;
/** Shortest time between two drawings of the bar, ms. */
const PACE = 50;

interface Counts {
  done: number;
  running: number;
  failed: number;
  skipped: number;
}

const elapsed = (ms: number): string =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} m ${Math.round((ms % 60_000) / 1000)} s`;

/** Shows how an execution goes: a bar that is drawn over on a terminal, a line per event otherwise. */
export class ProgressView implements Notifier {
  private readonly counts: Counts = { done: 0, running: 0, failed: 0, skipped: 0 };
  private total = 0;
  private startedAt = performance.now();
  private drawnAt = 0;
  private followed: string | undefined;

  constructor(private readonly terminal: Terminal) {}

  /** The execution whose tasks are counted; those that it runs are not. */
  follow(execution: string): void {
    this.followed = execution;
  }

  publish(publications: readonly Publication[]): void {
    for (const { execution, state, events } of publications) {
      this.followed ??= execution;
      if (execution !== this.followed) continue;
      this.total = stepCount(state);
      for (const { recorded } of events) this.note(recorded.event);
    }
    this.draw(false);
  }

  progress(): void {
    this.draw(false);
  }

  /** Ends the bar's line. */
  finish(): void {
    this.draw(true);
    if (this.terminal.isInteractive) this.terminal.err('\n');
  }

  private note(event: RunEvent): void {
    const { counts } = this;
    switch (event.type) {
      case 'execution_started':
        this.startedAt = performance.now();
        return this.line(`execution ${event.execution} of ${event.workflow.name} ${event.workflow.version} started`);
      case 'step_started':
        counts.running += 1;
        return this.line(`${event.step} started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`);
      case 'step_completed':
        counts.done += 1;
        if (event.attempt > 0) counts.running -= 1;
        return this.line(`${event.step} completed`);
      case 'attempt_failed':
        counts.running -= 1;
        return this.line(
          `${event.step} attempt ${event.attempt} failed: ${event.failure.message}; next in ${elapsed(event.retry_at - event.at)}`,
        );
      case 'step_failed':
        counts.failed += 1;
        if (event.attempt > 0) counts.running -= 1;
        return this.line(`${event.step} failed: ${event.failure.message} [${event.failure.code}]`);
      case 'step_skipped':
        counts.skipped += 1;
        return this.line(`${event.step} skipped (${event.cause})`);
      default:
    }
  }

  private line(text: string): void {
    if (!this.terminal.isInteractive) this.terminal.err(`${text}\n`);
  }

  private draw(now: boolean): void {
    if (!this.terminal.isInteractive || (!now && performance.now() - this.drawnAt < PACE)) return;
    this.drawnAt = performance.now();
    const { done, running, failed, skipped } = this.counts;
    const ended = done + failed + skipped;
    const filled = this.total === 0 ? 0 : Math.round((ended / this.total) * BAR);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
    const parts = [
      `${ended}/${this.total}`,
      `${running} running`,
      ...(failed ? [`${failed} failed`] : []),
      ...(skipped ? [`${skipped} skipped`] : []),
    ];
    const text = `${bar} ${parts.join(' · ')} · ${elapsed(performance.now() - this.startedAt)}`;
    this.terminal.err(`\r\u001b[2K${text.slice(0, this.terminal.width - 1)}`);
  }
}
