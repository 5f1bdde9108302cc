import { LRUCache } from 'lru-cache';
import type { Timers } from '../../../engine/ports/index.js';
import type { Instant } from '../../../kernel/index.js';
import type { LlmQualityRest } from '../../ports/index.js';

/** Unusable answers in a row, and how long no model is asked for the same purpose then. */
export const QUALITY = { unusable: 5, rest: 600_000 };
/** Purposes that are remembered. */
const PURPOSES = 500;

interface Standing {
  readonly unusable: number;
  readonly until: Instant | undefined;
}

/**
 * Stops asking for what a model cannot do: after 5 unusable answers in a row for one purpose no model is asked for it
 * for ten minutes. By purpose, for a schema that nobody can fill must not take the model from everybody else.
 */
export class QualityBreaker {
  private readonly standings = new LRUCache<string, Standing>({ max: PURPOSES });

  constructor(private readonly timers: Timers) {}

  /** Until when no model is asked; undefined: it may be. */
  restsUntil(purpose: string): Instant | undefined {
    const until = this.standings.get(purpose)?.until;
    return until !== undefined && this.timers.now() < until ? until : undefined;
  }

  tell(purpose: string, isUsable: boolean): void {
    if (isUsable) {
      this.standings.delete(purpose);
      return;
    }
    const unusable = (this.standings.get(purpose)?.unusable ?? 0) + 1;
    const until = unusable >= QUALITY.unusable ? this.timers.now() + QUALITY.rest : undefined;
    // After the rest it begins anew.
    this.standings.set(purpose, until === undefined ? { unusable, until } : { unusable: 0, until });
  }

  resting(): readonly LlmQualityRest[] {
    return [...this.standings.keys()].flatMap((purpose) => {
      const until = this.restsUntil(purpose);
      return until === undefined ? [] : [{ purpose, until }];
    });
  }
}
