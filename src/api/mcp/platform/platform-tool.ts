import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../../tokens.js';
import type { ErrorBody } from '../../rest/error/error-body.js';
import { mustBeTool } from '../catalogue.js';
import { askerOf, untilGone } from '../asker.js';
import { runTool, type Outcome } from '../run-tool.js';
import type { ToolDesk } from '../tool-desk.js';
import type { Tool, ToolCall } from '../tool.js';
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

/** Faults that the text of a refusal names. Those who read no details read this. */
const NAMED_FAULTS = 10;

const textOf = ({ message, details: { faults = [] } }: ErrorBody['error']): string =>
  [message, ...faults.slice(0, NAMED_FAULTS).map((fault) => `${fault.pointer || '/'}: ${fault.message}`)].join(' ');

/** Upstream's tools answer a refusal with `{error: text}`, and so does what is around them. */
const outcomeWords = (outcome: Outcome) => {
  if (outcome.ok) return { success: true, result: outcome.result, error: null };
  const error = textOf(outcome.error);
  return { success: false, result: { error }, error };
};

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
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export const callOf = ({ access }: ToolDesk, request: FastifyRequest, reply: FastifyReply): ToolCall => {
  const asker = askerOf(request);
  return { asker, person: { is: 'not asked' }, signal: untilGone(reply, asker, access) };
};

/** Throws `tool_not_found`; every other refusal is an answer. */
export const callFromOutside = async (
  desk: ToolDesk,
  { name, body, request, reply }: OutsideCall,
): Promise<ExecutedToolAnswer> => {
  mustBeTool(name);
  return executed(await runTool(desk, { name, given: body.parameters }, callOf(desk, request, reply)), name);
};
