import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

export const FILTER = {
  type: 'object',
  required: ['items', 'where'],
  additionalProperties: false,
  properties: {
    items: ITEMS,
    where: expressionFor('true for the items that stay. `$` is the item, `$index` its number from 0.'),
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
