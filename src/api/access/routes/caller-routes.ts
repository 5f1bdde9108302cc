import { everything, needs, nothing, the, type RouteTable } from '../route-access.js';

/** What other components send, and pages of the platform. */
export const CALLER_ROUTES: RouteTable = {
  'GET /capabilities': needs('read', nothing),
  'GET /actions/:action/schema': needs('read', nothing),
  // One of them may do anything: make workflows, run them, take them back.
  'POST /capabilities/:capability': needs('admin', everything),
  'POST /actions/:action': needs('admin', everything),
  'POST /workflow': needs('admin', everything),
  'POST /mcp/v2/workflow': needs('admin', everything),
  'POST /message': needs('run', everything),
  'POST /expressions/evaluate': needs('read', everything),
  'GET /instances/:id': needs('read', the('execution')),
  'GET /instances/:id/history': needs('read', the('execution')),
  'GET /instances/:id/state': needs('read', the('execution')),
  'POST /instances/:id/state': needs('run', the('execution')),
  'GET /instances/:id/debug': needs('read', the('execution')),
  'GET /workflows/:id/history': needs('read', the('workflow')),
  'GET /workflows/:id/state': needs('read', the('workflow')),
  'POST /workflows/:id/transition': needs('run', the('workflow')),
  'POST /executions/:id/retry': needs('run', the('execution')),
  'POST /executions/:id/restart': needs('run', the('execution')),
  'GET /sprints': needs('read', everything),
  'GET /sprints/:id': needs('read', everything),
  'GET /sprints/:id/tasks': needs('read', everything),
  'POST /sprints/:id/workflow': needs('write', everything),
  'POST /sprints/:id/export': needs('write', everything),
  'POST /sprints/:id/skip': needs('write', everything),
  'PUT /sprints/:id/status': needs('write', everything),
};
