import type { Outcome } from './run-tool.js';
import type { Tool } from './tool.js';

const readsOnly = ({ access, keepsNothing = access === 'read' }: Tool): boolean => keepsNothing;

/** A tool as `tools/list` tells it. */
export const listedTool = (tool: Tool) => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  inputSchema: tool.inputSchema,
  outputSchema: tool.output,
  annotations: {
    title: tool.title,
    readOnlyHint: readsOnly(tool),
    destructiveHint: tool.destroys ?? false,
    idempotentHint: readsOnly(tool) || (tool.repeatable ?? false),
    openWorldHint: tool.reachesOut ?? false,
  },
});

const textOf = (value: object) => [{ type: 'text' as const, text: JSON.stringify(value) }];

/** What `tools/call` answers. A refusal is told in the text, which fits no schema of results. */
export const callResult = (outcome: Outcome) =>
  outcome.ok
    ? { content: textOf(outcome.result), structuredContent: outcome.result }
    : { content: textOf({ error: outcome.error }), isError: true };
