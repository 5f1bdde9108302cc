import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { MAP } from './inputs.js';

export const map = defineTask({
  id: 'map',
  title: 'Map items',
  icon: '🔁',
  description:
    'Makes something of each item of a list, by a JSONata expression. The output is the list of what was made, null where there is nothing.',
  effects: 'pure',
  input: MAP,
  output: { type: 'array' },
  run: async (input, context) => calculate({ task: 'map', input }, context),
});
