import type { FastifyReply } from 'fastify';
import type { ApiSettings } from '../../tokens.js';
import { mustBeTool } from '../catalogue.js';
import { departure } from '../departure.js';
import { runTool, type Outcome } from '../run-tool.js';
import type { ToolDesk } from '../tool-desk.js';
import type { Tool } from '../tool.js';
import { listedTool } from '../tool-result.js';
import type { ExecutedToolAnswer, ProcessedAnswer, ToolAnswer } from './tool-answers.js';
import type { ExecuteToolDto } from './tool-bodies.js';

/** A tool as the platform lists it. */
export const platformTool = (tool: Tool, { version, publicUrl }: ApiSettings): ToolAnswer => ({
  id: `harmonia.${tool.name}`,
  name: tool.name,
  description: tool.description,
  schema: tool.inputSchema,
  input_schema: tool.inputSchema,
  tags: tool.tags,
  category: tool.category,
  version,
  endpoint: `${publicUrl}/api/tools/${tool.name}/execute`,
  metadata: {
    component: 'harmonia',
    category: tool.category,
    title: tool.title,
    output_schema: tool.output,
    annotations: listedTool(tool).annotations,
  },
});

/** Upstream's tools answer a refusal with `{error: text}`, and so does what is around them. */
const outcomeWords = (outcome: Outcome) =>
  outcome.ok
    ? { success: true, result: outcome.result, error: null }
    : { success: false, result: { error: outcome.error.message }, error: outcome.error.message };

export const processed = (outcome: Outcome, tool: string): ProcessedAnswer => ({
  ...outcomeWords(outcome),
  status: outcome.ok ? 'success' : 'error',
  metadata: { tool, ...(!outcome.ok && { code: outcome.error.code, details: outcome.error.details }) },
});

const executed = (outcome: Outcome, tool: string): ExecutedToolAnswer => ({
  ...outcomeWords(outcome),
  tool_id: tool,
  ...(!outcome.ok && { code: outcome.error.code, details: outcome.error.details }),
});

interface OutsideCall {
  /** Of the path. */
  readonly name: string;
  readonly body: ExecuteToolDto;
  readonly reply: FastifyReply;
}

/** Throws `tool_not_found`; every other refusal is an answer. */
export const callFromOutside = async (
  desk: ToolDesk,
  { name, body, reply }: OutsideCall,
): Promise<ExecutedToolAnswer> => {
  mustBeTool(name);
  return executed(await runTool(desk, { name, given: body.parameters }, { signal: departure(reply) }), name);
};
