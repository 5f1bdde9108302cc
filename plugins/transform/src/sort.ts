import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { SORT } from './inputs.js';

export const sort = defineTask({
  id: 'sort',
  title: 'Sort items',
  icon: '🔢',
  description: 'Sorts a list by one or more JSONata expressions. Equals stay in their order; texts go by code point.',
  effects: 'pure',
  input: SORT,
  output: { type: 'array' },
  run: (input, context) => calculate({ task: 'sort', input }, context),
});
