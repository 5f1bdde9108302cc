import type { HermesTool } from '../../hermes/ports/index.js';
import { HarmoniaError, type JsonObject } from '../../kernel/index.js';
import type { Tool } from './tool.js';
import { ASSISTANT_TOOLS } from './tools/assistant-tools.js';
import { COMPONENT_TOOLS } from './tools/component-tools.js';
import { EXECUTION_TOOLS } from './tools/execution-tools.js';
import { PLUGIN_TOOLS } from './tools/plugin-tools.js';
import { SERVICE_TOOLS } from './tools/service-tools.js';
import { SUGGESTION_TOOLS } from './tools/suggestion-tools.js';
import { TEMPLATE_TOOLS } from './tools/template-tools.js';
import { WATCHING_TOOLS } from './tools/watching-tools.js';
import { WORKFLOW_TOOLS } from './tools/workflow-tools.js';

/** Every tool there is, once. The MCP server, the routes of the platform and what Hermes is told are made of these. */
export const TOOLS: readonly Tool[] = [
  ...WORKFLOW_TOOLS,
  ...EXECUTION_TOOLS,
  ...WATCHING_TOOLS,
  ...TEMPLATE_TOOLS,
  ...COMPONENT_TOOLS,
  ...SUGGESTION_TOOLS,
  ...ASSISTANT_TOOLS,
  ...PLUGIN_TOOLS,
  ...SERVICE_TOOLS,
];

const byName = new Map(TOOLS.map((tool) => [tool.name, tool]));

/** A tool by its name, bare or as Hermes knows it: `harmonia.Name`, `harmonia_Name`. */
const toolNamed = (name: string): Tool | undefined => byName.get(name) ?? byName.get(name.replace(/^harmonia[._]/, ''));

/** The same. Throws `tool_not_found`. */
export const mustBeTool = (name: string): Tool => {
  const tool = toolNamed(name);
  if (!tool) throw new HarmoniaError('tool_not_found', { name });
  return tool;
};

/** Those that the platform expects of Harmonia, 17 + 2. */
export const HERMES_TOOLS: readonly HermesTool[] = TOOLS.filter(({ isUpstream = false }) => isUpstream).map((tool) => ({
  id: `harmonia.${tool.name}`,
  name: `harmonia.${tool.name}`,
  description: tool.description,
  schema: tool.inputSchema as unknown as JsonObject,
  tags: tool.tags,
  category: tool.category,
}));
