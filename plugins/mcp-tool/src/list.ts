import { defineTask, type JsonObject } from '@tekton/harmonia/plugin';
import { askServer, TIMEOUT } from './ask-server.js';
import { SETTINGS, SLOTS } from './server.js';

export const list = defineTask({
  id: 'list',
  title: 'List MCP tools',
  icon: '🧰',
  description: 'Lists the tools of an MCP server, with the schemas of what they take.',
  effects: 'read',
  input: {
    type: 'object',
    required: ['server'],
    additionalProperties: false,
    properties: {
      server: { type: 'string', minLength: 1, description: 'A name in the setting `servers`.' },
      timeout: TIMEOUT,
    },
  },
  output: {
    type: 'object',
    required: ['tools'],
    properties: {
      tools: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'description', 'input_schema'],
          properties: { name: { type: 'string' }, description: { type: 'string' }, input_schema: { type: 'object' } },
        },
      },
    },
  },
  config: SETTINGS,
  credentials: SLOTS,
  run: (input, context) =>
    askServer(input, context, async (client, limits) => {
      const { tools } = await client.listTools({}, limits);
      return {
        tools: tools.map(({ name, description = '', inputSchema }) => ({
          name,
          description,
          input_schema: inputSchema as unknown as JsonObject,
        })),
      };
    }),
});
