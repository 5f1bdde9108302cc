import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { FILTER } from './inputs.js';

export const filter = defineTask({
  id: 'filter',
  title: 'Filter items',
  icon: '🧹',
  description:
    'Keeps the items of a list for which a JSONata expression is true. Nothing, 0, and what is empty are not true.',
  effects: 'pure',
  input: FILTER,
  output: { type: 'array' },
  run: (input, context) => calculate({ task: 'filter', input }, context),
});
