import { defineTask } from '@tekton/harmonia/plugin';
import { LOGIN, SETTINGS } from './connection.js';
import { COMMON, givenOf, onlyResult, PARAMS, RESULT, runWork, STATEMENT } from './run-work.js';

export const execute = defineTask({
  id: 'execute',
  title: 'Write to a database',
  icon: '📝',
  description: 'Runs one statement that may write, in a transaction of its own, and answers how many rows it changed.',
  effects: 'write',
  input: {
    type: 'object',
    required: ['connection', 'statement'],
    additionalProperties: false,
    properties: { ...COMMON, statement: STATEMENT, params: PARAMS },
  },
  output: RESULT,
  config: SETTINGS,
  credentials: LOGIN,
  run: (input, context) =>
    // Recorded when it is committed: only a crash between the two does it again.
    context.once('execute', async () =>
      onlyResult(
        await runWork({ asked: input, statements: [givenOf(input)], mode: 'write', isolation: undefined }, context),
      ),
    ),
});
