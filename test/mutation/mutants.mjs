import { BUDGETS } from './budgets.mjs';
import { CONSTRUCTS } from './constructs.mjs';
import { CORE } from './core.mjs';
import { DISPATCH } from './dispatch.mjs';
import { ENGINE } from './engine.mjs';
import { EVENTS_AND_CHECKPOINTS } from './events-and-checkpoints.mjs';
import { MIGRATION } from './migration.mjs';
import { PLUGINS } from './plugins.mjs';
import { REEXECUTION } from './reexecution.mjs';
import { TABLES } from './tables.mjs';

/** All of them. None is equivalent to the original: each must be killed. */
export const MUTANTS = [
  ...CORE,
  ...CONSTRUCTS,
  ...REEXECUTION,
  ...MIGRATION,
  ...DISPATCH,
  ...ENGINE,
  ...EVENTS_AND_CHECKPOINTS,
  ...BUDGETS,
  ...PLUGINS,
  ...TABLES,
];
