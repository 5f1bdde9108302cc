import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { GROUP } from './inputs.js';

export const group = defineTask({
  id: 'group',
  title: 'Group and add up',
  icon: '🗂️',
  description:
    'Groups a list by keys and tells count, sum, avg, min, max, first, last or list of each group. The output is a list of rows with the keys and the aggregates.',
  effects: 'pure',
  input: GROUP,
  output: { type: 'array' },
  run: (input, context) => calculate({ task: 'group', input }, context),
});
