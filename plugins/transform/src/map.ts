import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

export const MAP = {
  type: 'object',
  required: ['items', 'expression'],
  additionalProperties: false,
  properties: {
    items: ITEMS,
    expression: expressionFor('what becomes of one item. `$` is the item, `$index` its number from 0.'),
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
