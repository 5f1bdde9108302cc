import { defineTask } from '@tekton/harmonia/plugin';
import { calculate } from './calculation.js';
import { TEMPLATE } from './inputs.js';

export const template = defineTask({
  id: 'template',
  title: 'Fill a template',
  icon: '📝',
  description: 'Fills in a text template written in Liquid. The output is the text.',
  effects: 'pure',
  input: TEMPLATE,
  output: { type: 'string' },
  run: (input, context) => calculate({ task: 'template', input }, context),
});
