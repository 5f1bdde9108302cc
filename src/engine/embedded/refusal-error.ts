import { HarmoniaError } from '../../kernel/index.js';
import type { Refusal } from '../core/index.js';

/** What the one who asked is told of a refusal. */
export const refusalError = (refusal: Refusal): HarmoniaError => {
  switch (refusal.is) {
    case 'stale':
      return new HarmoniaError('conflict', { reason: 'The request speaks of something that is over' });
    case 'conflict':
      return new HarmoniaError('conflict', { reason: refusal.reason });
    case 'invalid': {
      const { code, faults } = refusal;
      return new HarmoniaError(code, { subject: 'The request', count: faults.length }, { faults });
    }
  }
};
