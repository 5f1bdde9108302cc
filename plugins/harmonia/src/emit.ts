import { defineTask, fatal } from '@tekton/harmonia/plugin';
import { uuidOf } from './event-id.js';
import { workflowsOf } from './workflows.js';

export const emit = defineTask({
  id: 'emit',
  title: 'Emit an event',
  icon: '📣',
  description:
    'Gives an event to the executions that can wait for one: all, those of one workflow, or a single execution. A repeated attempt delivers it once.',
  effects: 'idempotent',
  input: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 200, description: 'What an `event` step names.' },
      payload: { description: 'Any JSON. Default: null.' },
      workflow: { type: 'string', minLength: 1, description: 'Id or name: only open executions of this workflow.' },
      execution: { type: 'string', minLength: 1, description: 'Only this execution.' },
    },
  },
  output: {
    type: 'object',
    required: ['event_id', 'executions'],
    properties: {
      event_id: { type: 'string' },
      executions: { type: 'array', items: { type: 'string' }, description: 'Those that got it.' },
    },
  },
  run: async ({ name, payload = null, workflow, execution }, context) => {
    if (workflow !== undefined && execution !== undefined)
      throw fatal('schema_mismatch', 'An event goes to a workflow or to an execution: give one of them.');
    const id = uuidOf(context.idempotencyKey);
    const workflows = workflowsOf(context);
    if (execution !== undefined) {
      await workflows.signal(execution, { id, name, payload });
      return { event_id: id, executions: [execution] };
    }
    return { event_id: id, executions: await workflows.publish({ id, name, payload }, workflow) };
  },
});
