import { defineTask } from '@tekton/harmonia/plugin';

export const value = defineTask({
  id: 'value',
  description: 'Its output is its evaluated input.',
  effects: 'pure',
  run: (input) => input,
});
