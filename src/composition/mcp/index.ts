import type { Bridged } from '../../api/mcp/bridge/index.js';

/** Speaks MCP for a service that runs elsewhere. Loads nothing of this one. */
export const bridgeMcp = async (about: Bridged): Promise<void> => {
  const { bridge } = await import('../../api/mcp/bridge/index.js');
  await bridge(about);
};
