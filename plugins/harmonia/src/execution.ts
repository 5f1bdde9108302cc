import { defineTrigger, type JsonObject } from '@tekton/harmonia/plugin';
import { follow } from './watching.js';

const PARAMS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    workflow: { type: 'string', minLength: 1, maxLength: 255, description: 'Id or name. Default: all workflows.' },
    status: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: ['completed', 'failed', 'canceled'] },
      description: 'How it ended. Default: all three.',
    },
    repeat: {
      type: 'boolean',
      default: false,
      description:
        'Also executions that this trigger itself has led to. Whatever goes round in a circle ends after 16 triggers.',
    },
  },
} as const satisfies JsonObject;

export const execution = defineTrigger({
  id: 'execution',
  title: 'An execution ended',
  icon: '🏁',
  description: 'Tells of executions of this Harmonia that ended, by workflow and by how they ended.',
  params: PARAMS,
  payload: {
    type: 'object',
    required: ['execution_id', 'workflow_id', 'workflow_name', 'workflow_version', 'status', 'output', 'error'],
    properties: {
      execution_id: { type: 'string' },
      workflow_id: { type: 'string' },
      workflow_name: { type: 'string' },
      workflow_version: { type: 'string' },
      status: { enum: ['completed', 'failed', 'canceled'] },
      output: { description: 'Null unless it completed, or when it is larger than 1 MiB.' },
      error: { type: ['object', 'null'], description: '`code` and `message`, when it failed.' },
      metadata: { type: 'object', description: 'As it was started with.' },
      timestamp: { type: 'string' },
    },
  },
  run: (context) => {
    const { workflow, status, repeat = false } = context.params;
    return follow(context, 'executions', (seen) => {
      if (seen.is !== 'execution') return undefined;
      const { id, name, version } = seen.workflow;
      if (workflow !== undefined && workflow !== id && workflow !== name) return undefined;
      if (status && !status.some((wanted) => wanted === seen.status)) return undefined;
      if (!repeat && seen.triggers.includes(context.id)) return undefined;
      const about = {
        ...{ execution_id: seen.id, workflow_id: id, workflow_name: name, workflow_version: version },
        ...{ status: seen.status, error: seen.error, timestamp: new Date(seen.at).toISOString() },
      };
      return {
        // It ends again when it is taken up again.
        id: `${seen.id} ${seen.cursor}`,
        payload: { ...about, output: seen.output, metadata: seen.metadata },
        small: { ...about, output: null, metadata: {} },
        triggers: seen.triggers,
      };
    });
  },
});
