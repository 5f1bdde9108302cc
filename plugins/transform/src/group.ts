import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

export const GROUP = {
  type: 'object',
  required: ['items', 'aggregates'],
  additionalProperties: false,
  properties: {
    items: ITEMS,
    by: {
      type: 'object',
      maxProperties: 16,
      default: {},
      additionalProperties: expressionFor('a key of an item.'),
      description: 'Keys by name. Without any, all items are one group.',
    },
    aggregates: {
      type: 'object',
      maxProperties: 64,
      description: 'What to tell of each group, by name.',
      additionalProperties: {
        type: 'object',
        required: ['op'],
        additionalProperties: false,
        properties: {
          op: { enum: ['count', 'sum', 'avg', 'min', 'max', 'list', 'first', 'last'] },
          of: expressionFor(
            'a value of an item. Default: the item. Items without a value, or with null, are left out.',
          ),
        },
      },
    },
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
