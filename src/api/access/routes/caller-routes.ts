import { everything, executionInBody, maybe, needs, nothing, the, type RouteTable } from '../route-access.js';

/** What other components send, and pages of the platform. */
export const CALLER_ROUTES: RouteTable = {
  'GET /capabilities': needs('read', nothing),
  'GET /actions/:action/schema': needs('read', nothing),
  // What more one of them asks is known once it is known which (`OwnActions.needed`).
  'POST /capabilities/:capability': needs('read', everything),
  'POST /actions/:action': needs('read', everything),
  'POST /workflow': needs('write', everything),
  'POST /mcp/v2/workflow': needs('write', everything),
  // What is done is known once the message is read (`MessageDesk`).
  'POST /message': needs('read', everything),
  'POST /expressions/evaluate': needs('read', everything),
  'GET /instances/:id': needs('read', the('execution')),
  'GET /instances/:id/history': needs('read', the('execution')),
  'GET /instances/:id/state': needs('read', the('execution')),
  'POST /instances/:id/cancel': needs('run', the('execution')),
  'POST /instances/:id/pause': needs('run', the('execution')),
  'POST /instances/:id/resume': needs('run', the('execution')),
  'POST /instances/:id/state': needs('run', the('execution')),
  'GET /instances/:id/debug': needs('read', the('execution')),
  'GET /workflows/:id/history': needs('read', the('workflow')),
  'GET /workflows/:id/state': needs('read', the('workflow')),
  'POST /workflows/:id/transition': needs('run', the('workflow'), maybe(executionInBody)),
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
