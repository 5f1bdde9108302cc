import type { Uuid } from '../../kernel/index.js';
import { classify, diffDefinitions, type DefinitionDiff } from '../core/index.js';
import type { Migrate, MigrationReport } from '../engine.js';
import type { Requests } from './inbox.js';
import type { LiveExecution } from './live-execution.js';

/** What of the driver is needed here. */
export interface MigrationDriver {
  find(execution: Uuid): LiveExecution | undefined;
  executions(): Iterable<LiveExecution>;
}

/** What a migration does to the executions that are open now, and the requests that carry it out. */
export interface MigrationPlan {
  readonly report: MigrationReport;
  readonly requests: Requests;
}

const STRANGER = { step: '', reason: 'it is no open execution of the workflow' };

/** Looks at the open executions that a migration is about. Changes nothing. O(their steps). */
export const planMigration = (driver: MigrationDriver, migrate: Migrate): MigrationPlan => {
  const { pinned } = migrate.workflow;
  const [unaffected, migratable]: [Uuid[], Uuid[]] = [[], []];
  const mustFinish: MigrationReport['mustFinish'][number][] = [];
  const requests: Requests[number][] = [];
  const diffTo = diffsTo(migrate);
  for (const [execution, live] of meant(driver, migrate)) {
    if (!live) {
      mustFinish.push({ execution, obstacles: [STRANGER] });
      continue;
    }
    const from = live.state.workflow.definition;
    const diff = diffTo(live);
    const found = classify(live.state, diff);
    if (found.is === 'unaffected') unaffected.push(execution);
    else if (found.is === 'must_finish') mustFinish.push({ execution, obstacles: found.obstacles });
    else {
      migratable.push(execution);
      requests.push({ live, request: { is: 'migrate', from, to: pinned, diff } });
    }
  }
  return { report: { unaffected, migratable, mustFinish }, requests };
};

/** Definitions are compared once, however many executions they have. */
const diffsTo = ({ workflow }: Migrate): ((live: LiveExecution) => DefinitionDiff) => {
  const diffs = new Map<string, DefinitionDiff>();
  return ({ state }) => {
    const { definition } = state.workflow;
    const diff = diffs.get(definition) ?? diffDefinitions(state.compiled, workflow.compiled);
    diffs.set(definition, diff);
    return diff;
  };
};

/** The executions that are named, else all of another version. Undefined: not open, or of another workflow. */
const meant = (
  driver: MigrationDriver,
  { workflow: { pinned }, executions, fromVersion }: Migrate,
): readonly (readonly [Uuid, LiveExecution | undefined])[] => {
  const isMeant = ({ state: { workflow } }: LiveExecution): boolean =>
    workflow.id === pinned.id && (fromVersion === undefined || workflow.version === fromVersion);
  if (executions) {
    return [...new Set(executions)].map((execution) => {
      const live = driver.find(execution);
      return [execution, live && isMeant(live) ? live : undefined];
    });
  }
  return [...driver.executions()]
    .filter((live) => isMeant(live) && live.state.workflow.definition !== pinned.definition)
    .map((live) => [live.id, live]);
};
