import type { LlmDouble } from '../llm/double/llm-double.mjs';
import type { Answer } from './service.js';

type Ask = (operation: string, path: string, body?: unknown) => Promise<Answer['body']>;

const V = '/api/v1/llm';

const BODIES = {
  'create-workflow': { goal: 'copy files', components: ['ergon'], constraints: ['by night'], context: 'two disks' },
  troubleshoot: { workflow: { name: 'w' }, state: {}, error: 'no', execution_history: [] },
  evaluate: { expression: 'n + 1', state: { n: 1 }, context: 'counting' },
  transition: { current_state: {}, completed_step: 'a', next_steps: ['b'] },
  expand: { template: 'Hi ${name}', state: { name: 'Ada' }, functions: ['upper'] },
};

const ANSWER = { result: null, reasoning: 'n is 1', updates: { n: 2 }, next: [{ step: 'b' }], why: 'so' };

/** Asks a model that answers, then one that does not. Afterwards there is none that could be asked. */
export const tourOfAdvice = async (llm: LlmDouble, ask: Ask): Promise<void> => {
  llm.model = () => JSON.stringify(ANSWER);
  for (const [route, body] of Object.entries(BODIES)) {
    const path = `${V}/${route}`;
    await ask(`POST ${path}`, path, body);
    await ask(`POST ${path}`, path, {});
  }
  // Whoever refuses the credentials is not asked again.
  llm.model = () => ({ is: 'status', status: 401 });
  for (const state of [1, 2]) await ask(`POST ${V}/expand`, `${V}/expand`, { ...BODIES.expand, state });
};
