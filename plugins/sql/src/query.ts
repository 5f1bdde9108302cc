import { defineTask } from '@tekton/harmonia/plugin';
import { LOGIN, SETTINGS } from './connection.js';
import { COMMON, givenOf, onlyResult, PARAMS, RESULT, runWork, STATEMENT } from './run-work.js';

export const query = defineTask({
  id: 'query',
  title: 'Read from a database',
  icon: '🔎',
  description: 'Runs one statement that only reads, and answers its rows. The database refuses one that writes.',
  effects: 'read',
  input: {
    type: 'object',
    required: ['connection', 'statement'],
    additionalProperties: false,
    properties: { ...COMMON, statement: STATEMENT, params: PARAMS },
  },
  output: RESULT,
  config: SETTINGS,
  credentials: LOGIN,
  run: async (input, context) =>
    onlyResult(
      await runWork({ asked: input, statements: [givenOf(input)], mode: 'read', isolation: undefined }, context),
    ),
});
