import { Turns, type Uuid } from '../../../kernel/index.js';
import type { Trial, TrialStore } from '../../ports/index.js';
import type { FollowUps } from './follow-ups.js';

export interface TrialWatchParts {
  readonly trials: Pick<TrialStore, 'open'>;
  readonly followUps: Pick<FollowUps, 'look'>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

interface Watched {
  readonly trial: Trial;
  /** Runs of the candidate that must end before it is looked again. */
  missing: number;
}

/**
 * Looks at trials as their runs end, so that a canary that is worse is paused by the run that shows it. What a crash kept
 * from being looked at is looked at by the next process; between the runs nothing happens.
 */
export class TrialWatch {
  private readonly watched = new Map<Uuid, Watched[]>();
  /** Workflows that are to be looked at. */
  private readonly due = new Set<Uuid>();
  /** What ends meanwhile may not have been seen. */
  private looking: Uuid | undefined;
  private readonly turns = new Turns();
  private isRunning = false;

  constructor(private readonly parts: TrialWatchParts) {}

  get isListening(): boolean {
    return this.watched.size > 0;
  }

  async start(): Promise<void> {
    this.isRunning = true;
    for (const { workflow } of await this.parts.trials.open()) this.changed(workflow);
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await this.settled();
  }

  /** Fulfils when everything that is due was looked at. */
  settled(): Promise<void> {
    return this.turns.settled();
  }

  /** Its trials may be others now. */
  changed(workflow: Uuid): void {
    if (!this.isRunning || this.due.has(workflow)) return;
    this.due.add(workflow);
    void this.turns
      .take(() => this.lookAt(workflow))
      .catch((error: unknown) => this.parts.onTrouble('a version on trial cannot be looked at', error));
  }

  /** An execution of that definition has ended. */
  ended(workflow: Uuid, definition: string): void {
    const watched = this.watched.get(workflow) ?? [];
    for (const one of watched) if (one.trial.candidate.definition === definition) one.missing -= 1;
    if (this.looking === workflow || watched.some(({ missing }) => missing <= 0)) this.changed(workflow);
  }

  private async lookAt(workflow: Uuid): Promise<void> {
    this.due.delete(workflow);
    if (!this.isRunning) return;
    this.looking = workflow;
    const watched: Watched[] = [];
    for (const trial of await this.parts.trials.open(workflow)) {
      const seen = await this.parts.followUps.look(trial);
      if (seen.is === 'waiting') watched.push({ trial, missing: seen.missing });
    }
    this.looking = undefined;
    if (watched.length > 0) this.watched.set(workflow, watched);
    else this.watched.delete(workflow);
  }
}
