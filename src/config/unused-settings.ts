import type { Environment } from './environment.js';

/** Names of upstream's that have no meaning here, with what has it instead. `docs/configuration.md` lists them too. */
export const UNUSED_SETTINGS: Readonly<Record<string, string>> = {
  ENABLE_AUTO_RETRY: 'a task says with `retry_policy` whether it is tried again',
  ENABLE_CHECKPOINTS: 'every transition is kept; a checkpoint is a name for one of them',
  ENABLE_PARALLEL_EXECUTION: 'tasks run side by side unless `depends_on` or `concurrency` says otherwise',
  HARMONIA_CHECKPOINT_INTERVAL: 'every transition is kept at once',
  HARMONIA_DB_URL: 'the data are one SQLite database in `HARMONIA_DATA_DIR`',
  HARMONIA_DEFAULT_TIMEOUT: 'a task says its `timeout` itself, so that a workflow means the same everywhere',
  HARMONIA_MAX_EXECUTION_TIME: 'a workflow says its `timeout` itself, or who starts it does',
  HARMONIA_MAX_WORKFLOW_SIZE: '`HARMONIA_MAX_BODY_BYTES` and `HARMONIA_MAX_TASKS` bound a definition',
  HARMONIA_RETRY_MAX_ATTEMPTS: 'a task says with `retry_policy` how often it is tried again',
  HARMONIA_WORKFLOW_ENABLED: 'a Harmonia without workflows need not be started',
  MAX_TASK_DURATION: 'a task says its `timeout` itself',
  MAX_WORKFLOW_DEPTH: 'tasks are nested at most 16 deep',
};

/** Those that are set all the same: whoever did it expects something of them. */
export const unusedIn = (environment: Environment): string[] =>
  Object.keys(UNUSED_SETTINGS).filter((name) => environment[name]);
