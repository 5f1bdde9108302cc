import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { JOIN } from './inputs.js';

export const join = defineTask({
  id: 'join',
  title: 'Join two lists',
  icon: '🔗',
  description:
    'Pairs the items of two lists that have equal keys: inner, left, right or full. The output is a list of {left, right}, or of what `select` makes of them.',
  effects: 'pure',
  input: JOIN,
  output: { type: 'array' },
  run: (input, context) => calculate({ task: 'join', input }, context),
});
