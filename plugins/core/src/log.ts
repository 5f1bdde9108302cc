import { defineTask } from '@tekton/harmonia/plugin';

export const log = defineTask({
  id: 'log',
  description: 'Writes a line to the log of the execution. Its output is the message.',
  effects: 'idempotent',
  input: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: {
      message: { type: 'string' },
      level: { enum: ['debug', 'info', 'warn', 'error'], default: 'info' },
    },
  },
  run: (input, context) => {
    const message = input.message;
    context.log(input.level ?? 'info', message);
    return { message };
  },
});
