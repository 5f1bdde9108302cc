/** Controllers for callers of the platform. */
import { ActionsController } from './actions.controller.js';
import { CapabilitiesController } from './capabilities.controller.js';
import { ExpressionsController } from './expressions.controller.js';
import { HandoffController } from './handoff.controller.js';
import { InstancesController } from './instances.controller.js';
import { MessageController } from './message.controller.js';
import { SprintsController } from './sprints.controller.js';
import { WorkflowRunsController } from './workflow-runs.controller.js';

export const CALLER_CONTROLLERS = [
  ActionsController,
  CapabilitiesController,
  ExpressionsController,
  HandoffController,
  InstancesController,
  MessageController,
  SprintsController,
  WorkflowRunsController,
];

export { Talks } from './talks.js';
