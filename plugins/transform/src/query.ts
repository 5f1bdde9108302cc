import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { expressionFor, TIME_LIMIT, VARIABLES } from './bounds.js';
import { calculate } from './calculation.js';

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

export const query = defineTask({
  id: 'query',
  title: 'Query',
  icon: '🔎',
  description: 'Answers a JSONata query over any JSON: pick, reshape, add up. Nothing found is null.',
  effects: 'pure',
  input: QUERY,
  run: (input, context) => calculate({ task: 'query', input }, context),
});
