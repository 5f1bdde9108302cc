/** What Harmonia is, for other components. */
export const COMPONENT = 'harmonia';
export const TITLE = 'Harmonia Workflow System';
export const DESCRIPTION = 'Runs graphs of plugin tasks durably.';
export const CAPABILITIES = [
  ...['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'],
];

/** Kinds of events that the streams tell, under upstream's names. */
export const EVENT_TYPES = [
  ...['workflow_started', 'workflow_completed', 'workflow_failed', 'workflow_paused', 'workflow_resumed'],
  ...['workflow_canceled', 'task_started', 'task_completed', 'task_failed', 'task_skipped', 'task_progress'],
  ...['checkpoint_created', 'retry_attempted', 'timeout_occurred', 'error_occurred'],
  ...['state_changed', 'webhook_received'],
];

export const ENDPOINTS = [
  ...['/api/v1/workflows', '/api/v1/executions', '/api/v1/checkpoints', '/api/v1/credentials', '/api/v1/status'],
  ...['/api/v1/docs', '/api/v1/webhooks', '/hooks/{endpoint}', '/api/v1/components', '/api/v1/templates'],
  ...['/health', '/ready', '/status', '/discovery', '/shutdown', '/events', '/events/executions/{id}'],
  ...['/events/workflows/{id}', '/ws', '/ws/events', '/ws/executions/{id}', '/ws/workflows'],
];

/** The page for people. */
export const DOCS = '/api/v1/docs';
