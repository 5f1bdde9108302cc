import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { TIME_LIMIT } from './bounds.js';
import { calculate } from './calculation.js';

export const TEMPLATE = {
  type: 'object',
  required: ['template'],
  additionalProperties: false,
  properties: {
    template: {
      type: 'string',
      maxLength: 2 ** 20,
      description: 'Liquid: `Dear {{ name }}, {% for row in rows %}...{% endfor %}`.',
    },
    data: { type: 'object', default: {}, description: 'What the template reads.' },
    strict: {
      type: 'boolean',
      default: true,
      description: 'Whether reading what `data` has not fails; else it is empty.',
    },
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
