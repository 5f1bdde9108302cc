import { defineTask } from '@tekton/harmonia/plugin';
import { keyOf, workflowsOf } from './workflows.js';

export const start = defineTask({
  id: 'start',
  title: 'Start a workflow',
  icon: '🚀',
  description:
    'Starts an execution of another workflow and does not wait for it. A repeated attempt answers the same execution. To wait for its output, use the construct `workflow`.',
  effects: 'idempotent',
  input: {
    type: 'object',
    required: ['workflow'],
    additionalProperties: false,
    properties: {
      workflow: { type: 'string', minLength: 1, description: 'Id or name.' },
      version: { type: 'string', minLength: 1, description: 'A version, or a range. Default: the current one.' },
      input: { default: {}, description: 'Must fit the input schema of the workflow.' },
      budget: {
        type: 'object',
        description:
          'What it may use: `{tokens, calls, cost: {USD}, seconds}`. Of each limit, this and that of the workflow, the tighter holds.',
      },
      metadata: { type: 'object', description: 'Kept with the execution, beside who started it.' },
    },
  },
  output: { type: 'object', required: ['execution_id'], properties: { execution_id: { type: 'string' } } },
  run: async ({ workflow, version, input = {}, budget, metadata = {} }, context) => {
    const { execution } = await workflowsOf(context).start({
      workflow,
      ...(version !== undefined && { version }),
      input,
      ...(budget !== undefined && { budget }),
      metadata: { ...metadata, started_by: { execution: context.executionId, address: context.address } },
      key: keyOf(context.idempotencyKey),
    });
    return { execution_id: execution };
  },
});
