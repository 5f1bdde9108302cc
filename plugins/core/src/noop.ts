import { defineTask } from '@tekton/harmonia/plugin';

export const noop = defineTask({
  id: 'noop',
  description: 'Does nothing. Its output is null.',
  effects: 'pure',
  run: () => null,
});
