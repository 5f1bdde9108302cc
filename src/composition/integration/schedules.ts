import type { Config } from '../../config/index.js';
import { compileTemplate, evaluateTemplate, type Template } from '../../engine/core/index.js';
import { systemTimers } from '../../engine/embedded/index.js';
import type { Engine } from '../../engine/index.js';
import type { InputTemplates, ScheduledExecutions } from '../../integration/ports/index.js';
import { INPUT_NAMES, ScheduleService } from '../../integration/schedule/index.js';
import { deriveUuid, err, fault, ok, type Json, type Uuid } from '../../kernel/index.js';
import { newId } from '../../new-id.js';
import type { Storage } from '../../persistence/index.js';
import { inContext } from '../../tekton/utilities/context/index.js';
import type { WorkflowRequests } from '../../workflow/index.js';
import { budgetFaults } from '../budgets.js';

export interface SchedulesParts {
  readonly engine: Engine;
  readonly requests: WorkflowRequests;
  readonly storage: Storage;
  readonly config: Pick<Config, 'schedules'>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const NAMES = new Set(INPUT_NAMES);

const compile = (source: Json, pointer: string): { value: Template; faults: ReturnType<typeof fault>[] } => {
  const { value, faults, references } = compileTemplate(source, { pointer, names: NAMES, secrets: false });
  const tasks = references.tasks.map((found) =>
    fault('expression_unknown_name', found.pointer, { name: `tasks.${found.task}`, known: INPUT_NAMES.join(', ') }),
  );
  return { value, faults: [...faults, ...tasks] };
};

/** Inputs of workflows that something other than a person starts: the expressions of tasks, without tasks. */
export const inputTemplates: InputTemplates = {
  check: (source, pointer) => compile(source, pointer).faults,
  fill: (source, variables, now) => {
    let drawn = 0;
    const uuid = (): Uuid => deriveUuid('schedule', JSON.stringify(variables), ++drawn);
    const filled = evaluateTemplate(compile(source, '/input').value, { variables, now, uuid });
    return filled.ok ? ok(filled.value.value) : err(filled.error);
  },
};

const executionsOf = ({ engine, requests }: SchedulesParts): ScheduledExecutions => ({
  // Who has made the schedule does not ask for its executions.
  start: (request) => inContext(undefined, () => requests.start(request)),
  startedBy: (key) => requests.startedBy(key),
  ended: async (execution) => (await engine.ended(execution))?.is,
  cancel: async (execution, reason) => void (await engine.cancel(execution, { reason })),
  workflow: (nameOrId) => requests.idOf(nameOrId),
});

/** Schedules over the workflows and the storage of this Harmonia. */
export const createSchedules = (parts: SchedulesParts): ScheduleService =>
  new ScheduleService({
    store: parts.storage.schedules,
    executions: executionsOf(parts),
    templates: inputTemplates,
    budgetFaults,
    timers: systemTimers,
    newId,
    keep: parts.config.schedules.ticksKept,
    onTrouble: parts.onTrouble,
  });
