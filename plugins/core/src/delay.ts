import { defineTask } from '@tekton/harmonia/plugin';

export const delay = defineTask({
  id: 'delay',
  description: 'Waits. The wait counts from the start of the first attempt, so a crash does not start it anew.',
  effects: 'pure',
  input: {
    type: 'object',
    required: ['seconds'],
    additionalProperties: false,
    properties: { seconds: { type: 'number', minimum: 0, description: 'How long, s.' } },
  },
  run: async (input, context) => {
    await context.sleepUntil(context.firstStartedAt + input.seconds * 1000);
    return null;
  },
});
