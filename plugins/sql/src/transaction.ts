import { defineTask } from '@tekton/harmonia/plugin';
import { LOGIN, SETTINGS } from './connection.js';
import { COMMON, givenOf, PARAMS, RESULT, runWork, STATEMENT } from './run-work.js';

const MAX_STATEMENTS = 1000;

export const transaction = defineTask({
  id: 'transaction',
  title: 'Write to a database, all or nothing',
  icon: '🧾',
  description: 'Runs several statements in one transaction: all of them take effect, or none.',
  effects: 'write',
  input: {
    type: 'object',
    required: ['connection', 'statements'],
    additionalProperties: false,
    properties: {
      ...COMMON,
      statements: {
        type: 'array',
        minItems: 1,
        maxItems: MAX_STATEMENTS,
        items: {
          type: 'object',
          required: ['statement'],
          additionalProperties: false,
          properties: { statement: STATEMENT, params: PARAMS },
        },
      },
      isolation: {
        enum: ['read committed', 'repeatable read', 'serializable'],
        description: 'Default: that of the database. SQLite is always serializable.',
      },
    },
  },
  output: {
    type: 'object',
    required: ['results'],
    properties: { results: { type: 'array', items: RESULT, description: 'One for each statement.' } },
  },
  config: SETTINGS,
  credentials: LOGIN,
  run: ({ statements, isolation, ...asked }, context) =>
    context.once('transaction', async () => ({
      results: await runWork({ asked, statements: statements.map(givenOf), mode: 'write', isolation }, context),
    })),
});
