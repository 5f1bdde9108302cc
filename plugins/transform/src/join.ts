import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

export const JOIN = {
  type: 'object',
  required: ['left', 'right', 'on'],
  additionalProperties: false,
  properties: {
    left: ITEMS,
    right: ITEMS,
    on: {
      type: 'object',
      required: ['left', 'right'],
      additionalProperties: false,
      description:
        'Items fit when their keys are equal. A list is a key of several parts. A missing or null key fits nothing.',
      properties: {
        left: expressionFor('the key of an item of `left`.'),
        right: expressionFor('the key of one of `right`.'),
      },
    },
    kind: { enum: ['inner', 'left', 'right', 'full'], default: 'inner' },
    select: expressionFor(
      'a row of the output, of `left` and `right`, one of them null where nothing fits. Default: both.',
    ),
    max_rows: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 100_000 },
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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
