import type { Infer, JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, ITEMS, TIME_LIMIT, VARIABLES } from './bounds.js';

export const QUERY = {
  type: 'object',
  required: ['expression'],
  additionalProperties: false,
  properties: {
    data: { description: 'What the expression looks at; `$` and `$$` in it.' },
    expression: expressionFor('what the output is.'),
    variables: VARIABLES,
    time_limit: TIME_LIMIT,
  },
} as const satisfies JsonObject;

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

export type FilterInput = Infer<typeof FILTER>;
export type GroupInput = Infer<typeof GROUP>;
export type JoinInput = Infer<typeof JOIN>;
export type MapInput = Infer<typeof MAP>;
export type QueryInput = Infer<typeof QUERY>;
export type SortInput = Infer<typeof SORT>;
export type TemplateInput = Infer<typeof TEMPLATE>;
