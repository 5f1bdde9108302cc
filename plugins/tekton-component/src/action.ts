import { defineTask, fatal } from '@tekton/harmonia/plugin';

export const action = defineTask({
  id: 'action',
  description: 'Calls an action of a Tekton component: what `component` and `action` of a task stand for.',
  effects: 'write',
  input: {
    type: 'object',
    required: ['component', 'action'],
    additionalProperties: false,
    properties: {
      component: { type: 'string', minLength: 1 },
      action: { type: 'string', minLength: 1 },
      params: { type: 'object', default: {} },
    },
  },
  run: (input, context) => {
    const { components } = context.services;
    if (!components) throw fatal('component_not_found', 'This service calls no components.');
    return components.call({
      component: input.component,
      action: input.action,
      params: input.params ?? {},
      context: {
        execution_id: context.executionId,
        step: context.address,
        generation: context.generation,
        attempt: context.attempt,
        idempotency_key: context.idempotencyKey,
      },
      signal: context.signal,
    });
  },
});
