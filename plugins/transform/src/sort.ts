import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

export const SORT = {
  type: 'object',
  required: ['items', 'by'],
  additionalProperties: false,
  properties: {
    items: ITEMS,
    by: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      description: 'What decides first, what decides among equals, and so on.',
      items: {
        type: 'object',
        required: ['expression'],
        additionalProperties: false,
        properties: {
          expression: expressionFor('a text, a number or a truth value of an item. Items that have none come last.'),
          order: { enum: ['asc', 'desc'], default: 'asc' },
        },
      },
    },
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
