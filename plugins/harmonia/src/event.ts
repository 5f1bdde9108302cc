import { defineTrigger, type JsonObject } from '@tekton/harmonia/plugin';
import { fitsName } from './name-pattern.js';
import { follow } from './watching.js';

const PARAMS = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'The name of the event; `*` stands for any number of characters: `order.*`.',
    },
  },
} as const satisfies JsonObject;

export const event = defineTrigger({
  id: 'event',
  title: 'An event',
  icon: '📣',
  description:
    'Tells of events that are given to all executions, or to those of a workflow: by POST /events or harmonia/emit.',
  params: PARAMS,
  payload: {
    type: 'object',
    required: ['name', 'data', 'event_id', 'workflow_id', 'timestamp'],
    properties: {
      name: { type: 'string' },
      data: { description: 'What the event says. Null when it is larger than 1 MiB.' },
      event_id: { type: 'string' },
      workflow_id: { type: ['string', 'null'], description: 'It was given to executions of this workflow only.' },
      timestamp: { type: 'string' },
    },
  },
  run: (context) =>
    follow(context as never, 'events', (seen) => {
      if (seen.is !== 'event' || !fitsName(seen.name, context.params.name)) return undefined;
      const { id, name, payload: data, workflow, at } = seen;
      const about = { name, event_id: id, workflow_id: workflow, timestamp: new Date(at).toISOString() };
      return { id, payload: { ...about, data }, small: { ...about, data: null } };
    }),
});
