import { everything, filtered, needs, nothing, open, the, workflowInBody, type RouteTable } from '../route-access.js';

const schedule = the('schedule');
const webhook = the('webhook');
const trigger = the('trigger');

/**
 * What starts workflows. A webhook or trigger may hear of any workflow, so callers that are limited to some make none; what
 * others made for their workflows they see and use.
 */
export const START_ROUTES: RouteTable = {
  'GET /schedules': needs('read', filtered),
  'POST /schedules': needs('write', workflowInBody),
  'POST /schedules/preview': needs('read', nothing),
  'GET /schedules/:id': needs('read', schedule),
  'PUT /schedules/:id': needs('write', schedule, workflowInBody),
  'DELETE /schedules/:id': needs('write', schedule),
  'POST /schedules/:id/pause': needs('run', schedule),
  'POST /schedules/:id/resume': needs('run', schedule),
  'POST /schedules/:id/trigger': needs('run', schedule),
  'POST /schedules/:id/backfill': needs('run', schedule),
  'GET /schedules/:id/ticks': needs('read', schedule),
  'GET /schedules/:id/upcoming': needs('read', schedule),
  'GET /webhooks': needs('read', filtered),
  'POST /webhooks': needs('write', everything),
  'GET /webhooks/:id': needs('read', webhook),
  'PUT /webhooks/:id': needs('write', everything),
  'DELETE /webhooks/:id': needs('write', webhook),
  'POST /webhooks/:id/deliver': needs('run', webhook),
  'GET /webhooks/:id/events': needs('read', webhook),
  'GET /webhooks/:id/deliveries': needs('read', webhook),
  'POST /webhooks/:id/redeliver-dead': needs('run', webhook),
  'POST /deliveries/:id/redeliver': needs('run', everything),
  'GET /triggers': needs('read', filtered),
  'POST /triggers': needs('write', everything),
  'GET /triggers/:id': needs('read', trigger),
  'PUT /triggers/:id': needs('write', everything),
  'DELETE /triggers/:id': needs('write', trigger),
  'POST /triggers/:id/enable': needs('run', trigger),
  'POST /triggers/:id/disable': needs('run', trigger),
  'GET /triggers/:id/deliveries': needs('read', trigger),
  'GET /trigger-types': needs('read', nothing),
  // They know who may call: signatures and keys of webhooks, the one-time token of a callback, which stands in its path.
  'ANY /hooks/:endpoint': open,
  'ANY /callbacks/:token': open,
};
