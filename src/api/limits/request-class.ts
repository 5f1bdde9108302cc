import type { RateClass } from './http-limits.js';

const API = /^\/api(\/v1)?(?=\/|$)/;

/** What watches and stops the service must always be answered. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set([
  ...['', '/', '/health', '/ready', '/status', '/discovery', '/metrics'],
  ...['/shutdown', '/shutdown/status', '/admin/shutdown'],
]);

/** What others call back: they do not know each other, and come in bursts. */
export const HOOK_ROUTES: ReadonlySet<string> = new Set(['/hooks/:endpoint', '/callbacks/:token']);

/** What may ask a language model, or thinks as long as one. */
export const MODEL_ROUTES: ReadonlySet<string> = new Set([
  ...['/workflows/generate', '/workflows/generate/stream', '/workflows/:id/explain', '/workflows/:id/plan'],
  ...['/workflows/:id/suggestions', '/workflows/:id/suggestions/stream', '/workflows/:id/suggestions/apply-safe'],
  ...['/llm/create-workflow', '/llm/troubleshoot', '/llm/evaluate', '/llm/transition', '/llm/expand'],
  ...['/executions/:id/diagnose', '/expressions/help', '/suggestions/:id/preview', '/message'],
]);

/** Tools of MCP: one of them may do anything. */
const toolsBelow = (base: string): string[] => [`${base}/tools/:id/execute`, `${base}/tools/call`, `${base}/process`];

/** What makes executions, or may. */
export const START_ROUTES: ReadonlySet<string> = new Set([
  ...['/executions', '/workflows/:id/execute', '/executions/:id/reexecute', '/executions/:id/restore'],
  ...['/executions/:id/resume', '/checkpoints/:id/restore', '/state/restore'],
  ...['/schedules/:id/trigger', '/schedules/:id/backfill', '/components/:name/actions/:action'],
  ...['/executions/:id/retry', '/executions/:id/restart', '/workflow', '/mcp/v2/workflow', '/sprints/:id/workflow'],
  ...['/capabilities/:capability', '/actions/:action', '/mcp', ...toolsBelow('/mcp'), ...toolsBelow('/mcp/v2')],
]);

/**
 * What kind of request one is, by its method and the pattern of its route; undefined: it is not counted. Without a
 * pattern there is no such route.
 */
export const requestClass = (method: string, pattern: string | undefined): RateClass | undefined => {
  const route = pattern?.replace(API, '');
  if (route !== undefined && INFRASTRUCTURE.has(route)) return undefined;
  if (route !== undefined && HOOK_ROUTES.has(route)) return 'hooks';
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'reads';
  if (route !== undefined && MODEL_ROUTES.has(route)) return 'models';
  if (route !== undefined && START_ROUTES.has(route)) return 'starts';
  return 'writes';
};
