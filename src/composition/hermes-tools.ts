import type { HermesTool } from '../hermes/ports/index.js';

/** What every component of the platform offers; the rest comes from the MCP server. */
export const DEFAULT_TOOLS: readonly HermesTool[] = [
  {
    ...{ id: 'harmonia.health_check', name: 'harmonia.health_check', category: 'component_integration' },
    description: 'How Harmonia is.',
    schema: {
      type: 'object',
      properties: { detailed: { type: 'boolean', default: false, description: 'With counts of workflows.' } },
    },
    tags: ['health', 'monitoring'],
  },
  {
    ...{ id: 'harmonia.component_info', name: 'harmonia.component_info', category: 'component_integration' },
    description: 'What Harmonia is and can do.',
    schema: {
      type: 'object',
      properties: { include_capabilities: { type: 'boolean', default: true, description: 'With its capabilities.' } },
    },
    tags: ['info', 'capabilities'],
  },
];
