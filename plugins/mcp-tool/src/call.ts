import { defineTask, fatal, type Json, type JsonObject } from '@tekton/harmonia/plugin';
import { askServer, TIMEOUT } from './ask-server.js';
import { SETTINGS, SLOTS } from './server.js';

const textOf = (content: readonly { type: string; text?: unknown }[]): string =>
  content.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : [])).join('\n');

export const call = defineTask({
  id: 'call',
  title: 'Call an MCP tool',
  icon: '🧰',
  description:
    'Calls a tool of an MCP server. Its output is what the tool answers: structured where the tool does so, else its text.',
  effects: 'write',
  input: {
    type: 'object',
    required: ['server', 'tool'],
    additionalProperties: false,
    properties: {
      server: { type: 'string', minLength: 1, description: 'A name in the setting `servers`.' },
      tool: { type: 'string', minLength: 1 },
      arguments: { type: 'object', description: 'Checked by the server. Default: none.' },
      timeout: TIMEOUT,
    },
  },
  output: {
    type: 'object',
    required: ['result', 'content'],
    properties: {
      result: { description: 'The structured content, else the text.' },
      content: { type: 'array', items: { type: 'object' }, description: 'All of it, in the words of MCP.' },
    },
  },
  config: SETTINGS,
  credentials: SLOTS,
  run: (input, context) =>
    askServer(input, context, async (client, { signal, timeout }) => {
      const params = { name: input.tool, arguments: { ...input.arguments } };
      const answer = await client.callTool(params, { signal, timeout });
      const content = answer.content as unknown as readonly (JsonObject & { type: string })[];
      const text = textOf(content);
      if (answer.isError)
        throw fatal('mcp_tool_failed', `The tool ${input.tool} failed: ${text || 'it does not say why'}`, {
          details: { content },
        });
      return { result: (answer.structuredContent as Json | undefined) ?? text, content };
    }),
});
