import { fault, HarmoniaError, pointer } from '../../kernel/index.js';
import type { Reached, Refusal } from '../core/index.js';

/** What the one who asked is told of a refusal. */
export const refusalError = (refusal: Refusal): HarmoniaError => {
  switch (refusal.is) {
    case 'stale':
      return new HarmoniaError('conflict', { reason: 'The request speaks of something that is over' });
    case 'conflict':
      return new HarmoniaError('conflict', { reason: refusal.reason });
    case 'exhausted':
      return exhausted(refusal.reached);
    case 'invalid': {
      const { code, faults } = refusal;
      return new HarmoniaError(code, { subject: 'The request', count: faults.length }, { faults });
    }
  }
};

const exhausted = (reached: readonly Reached[]): HarmoniaError => {
  const words = reached.map(({ budget, used, limit }) => `${budget} ${used} of ${limit}`).join(', ');
  const faults = reached.map(({ budget, used, limit }) =>
    fault('budget_reached', pointer('/budget', ...budget.split('.')), { used, limit }),
  );
  return new HarmoniaError('budget_exhausted', { reached: words }, { faults });
};
