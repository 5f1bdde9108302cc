import { defineTask } from '@tekton/harmonia/plugin';
import { workflowsOf } from './workflows.js';

export const setState = defineTask({
  id: 'set-state',
  title: 'Set variables',
  icon: '🗂️',
  description: 'Assigns variables (`state`) of this execution, or of another one. Those that are not named stay.',
  effects: 'idempotent',
  input: {
    type: 'object',
    required: ['values'],
    additionalProperties: false,
    properties: {
      values: { type: 'object', minProperties: 1, description: 'Variables by name.' },
      execution: { type: 'string', minLength: 1, description: 'Default: this execution.' },
    },
  },
  output: { type: 'object', required: ['execution'], properties: { execution: { type: 'string' } } },
  run: async ({ values, execution }, context) => {
    const target = execution ?? context.executionId;
    await workflowsOf(context).setState(target, values);
    return { execution: target };
  },
});
