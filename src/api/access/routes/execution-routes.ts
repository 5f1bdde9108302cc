import {
  checkpointInBody,
  eitherInBody,
  executionInBody,
  filtered,
  maybe,
  needs,
  streams,
  the,
  workflowInBody,
  type RouteTable,
} from '../route-access.js';

const own = the('execution');
const checkpoint = the('checkpoint');

/** Executions, what they wait for, and the streams that tell of them. */
export const EXECUTION_ROUTES: RouteTable = {
  'GET /executions': needs('read', filtered),
  'POST /executions': needs('run', workflowInBody),
  'GET /executions/:id': needs('read', own),
  'DELETE /executions/:id': needs('write', own),
  'GET /executions/:id/verify': needs('read', own),
  'GET /executions/:id/tasks': needs('read', own),
  'GET /executions/:id/logs': needs('read', own),
  'GET /executions/:id/events': needs('read', own),
  'GET /executions/:id/history': needs('read', own),
  'GET /executions/:id/timeline': needs('read', own),
  'GET /executions/:id/metrics': needs('read', own),
  'POST /executions/:id/diagnose': needs('read', own),
  'POST /executions/:id/cancel': needs('run', own),
  'POST /executions/:id/stop': needs('run', own),
  'POST /executions/:id/terminate': needs('run', own),
  'POST /executions/:id/pause': needs('run', own),
  'POST /executions/:id/suspend': needs('run', own),
  'POST /executions/:id/resume': needs('run', own),
  'POST /executions/:id/reexecute': needs('run', own),
  'POST /executions/:id/restore': needs('run', own, maybe(checkpointInBody)),
  'GET /executions/:id/state': needs('read', own),
  'PUT /executions/:id/state': needs('run', own),
  'POST /executions/:id/signal': needs('run', own),
  'POST /executions/:id/approvals': needs('run', own),
  'GET /approvals': needs('read', filtered),
  'POST /events': needs('run', eitherInBody),
  'GET /executions/:id/checkpoints': needs('read', own),
  'POST /executions/:id/checkpoint': needs('run', own),
  'POST /executions/:id/checkpoints': needs('run', own),
  'GET /checkpoints': needs('read', filtered),
  'POST /checkpoints': needs('run', executionInBody),
  'POST /state/checkpoints': needs('run', executionInBody),
  'POST /state/restore': needs('run', checkpointInBody),
  'GET /checkpoints/:id': needs('read', checkpoint),
  'DELETE /checkpoints/:id': needs('run', checkpoint),
  'POST /checkpoints/:id/validate': needs('read', checkpoint),
  'POST /checkpoints/:id/restore': needs('run', checkpoint),
  'GET /events': streams(filtered),
  'GET /events/executions/:id': streams(own),
  'GET /events/workflows/:id': streams(the('workflow')),
};

/** WebSockets, by the paths of their gateways. What a client asks for on one is judged frame by frame. */
export const SOCKET_ROUTES: RouteTable = {
  '/ws': streams(filtered),
  '/ws/executions/:id': streams(filtered),
  '/ws/events': streams(filtered),
  '/ws/workflows': streams(filtered),
};
