import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { QUERY } from './inputs.js';

export const query = defineTask({
  id: 'query',
  title: 'Query',
  icon: '🔎',
  description: 'Answers a JSONata query over any JSON: pick, reshape, add up. Nothing found is null.',
  effects: 'pure',
  input: QUERY,
  run: (input, context) => calculate({ task: 'query', input }, context),
});
