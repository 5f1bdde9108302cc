import type { Ask } from './template-tour.js';

/** Every operation on tools, once. */
export const tourOfTools = async (ask: Ask): Promise<void> => {
  for (const path of ['health', 'workflow-status', 'capabilities', 'tools'])
    await ask(`GET /mcp/${path}`, `/mcp/${path}`);
  await ask('GET /mcp/tools/{id}', '/mcp/tools/harmonia.ListComponents');
  await ask('GET /mcp/tools/{id}', '/mcp/tools/Nothing');
  for (const base of ['/mcp/tools/{id}', '/api/v1/tools/{name}']) {
    const at = (name: string): string => `${base.replace(/\{.*\}/, name)}/execute`;
    await ask(`POST ${base}/execute`, at('ListComponents'), { parameters: {} });
    await ask(`POST ${base}/execute`, at('GetTemplate'), { parameters: { template_id: 1 } });
    await ask(`POST ${base}/execute`, at('Nothing'));
  }
  await ask('POST /mcp/process', '/mcp/process', { tool: 'ListTemplates', parameters: {} });
  await ask('POST /mcp/process', '/mcp/process', { tool_name: 'GetTemplate', arguments: { template_id: 1 } });
  await ask('POST /mcp/tools/list', '/mcp/tools/list');
  await ask('POST /mcp/tools/call', '/mcp/tools/call', { name: 'health_check' });
  await ask('POST /mcp/tools/call', '/mcp/tools/call', { name: 'GetTemplate' });
  await ask('POST /mcp/resources/list', '/mcp/resources/list', {});
  for (const read of ['get', 'read'])
    await ask(`POST /mcp/resources/${read}`, `/mcp/resources/${read}`, { uri: 'harmonia://docs/semantics' });
  await ask('POST /mcp/resources/get', '/mcp/resources/get', { uri: 'harmonia://docs/nothing' });
};
