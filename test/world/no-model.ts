import type { Proposer } from '../../src/llm/ports/index.js';

/** As a service has it that no model is configured for. */
export const NO_MODEL: Proposer = {
  ready: () => Promise.resolve({ ok: false, reason: 'not_configured' }),
  propose: () => {
    throw new Error('nobody is there');
  },
};
