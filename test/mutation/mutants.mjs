import { BUDGETS } from './budgets.mjs';
import { CONSTRUCTS } from './constructs.mjs';
import { DISPATCH } from './dispatch.mjs';
import { ENGINE } from './engine.mjs';
import { EVENTS_AND_CHECKPOINTS } from './events-and-checkpoints.mjs';
import { MIGRATION } from './migration.mjs';
import { OPTIMIZER } from './optimizer.mjs';
import { PLUGINS } from './plugins.mjs';
import { REEXECUTION } from './reexecution.mjs';
import { REQUESTS } from './requests.mjs';
import { STEPS_AND_SCOPES } from './steps-and-scopes.mjs';
import { TABLES } from './tables.mjs';

/** All of them. None is equivalent to the original: each must be killed. */
export const MUTANTS = [
  ...REQUESTS,
  ...STEPS_AND_SCOPES,
  ...CONSTRUCTS,
  ...REEXECUTION,
  ...MIGRATION,
  ...DISPATCH,
  ...ENGINE,
  ...EVENTS_AND_CHECKPOINTS,
  ...BUDGETS,
  ...OPTIMIZER,
  ...PLUGINS,
  ...TABLES,
];
