import type { CatalogueEntry } from '../catalogue-entry.js';

export const TOOL_ERRORS = {
  tool_not_found: {
    status: 404,
    message: 'There is no tool {name}.',
    cure: 'List them with GET /mcp/tools, or tools/list over MCP.',
  },
  resource_not_found: {
    status: 404,
    message: 'There is no resource {uri}.',
    cure: 'List them with resources/list over MCP.',
  },
  prompt_not_found: {
    status: 404,
    message: 'There is no prompt {name}.',
    cure: 'List them with prompts/list over MCP.',
  },
  unconfirmed: {
    status: 428,
    message: 'Nothing was done, as nobody has agreed to it: {what}.',
    cure: 'Ask the person whom it concerns; when the answer is yes, call it again with confirm true.',
  },
  declined: {
    status: 403,
    message: 'Nothing was done, as the person who was asked said no: {what}.',
    cure: 'Leave it, or ask what is wanted instead.',
  },
} as const satisfies Record<string, CatalogueEntry>;
