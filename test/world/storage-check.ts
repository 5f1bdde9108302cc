import type { RecordedEvent, RunEvent } from '../../src/engine/core/index.js';
import { definitionsOf, isTerminalRun, replay, type CompiledWorkflow } from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import type { Storage } from '../../src/persistence/index.js';

type Row = Record<string, unknown>;
type Of<K extends RunEvent['type']> = Extract<RunEvent, { type: K }>;

export interface StorageCheck {
  /** Given: every journal is replayed, too. */
  readonly compiled?: (definition: string, document: JsonObject) => CompiledWorkflow | Promise<CompiledWorkflow>;
  /** Look at the journals of these executions alone, and do not read the whole database. */
  readonly only?: readonly string[];
}

/**
 * Computes the tables anew from the journal, in a way of its own, and says where they differ: nothing may be written
 * by halves. Also: the database is whole, every journal is without gaps and replays, and no row belongs to nobody.
 */
export const storageFaults = async (storage: Storage, check: StorageCheck = {}): Promise<string[]> => {
  const { only } = check;
  const all = rowsOf(storage, 'SELECT * FROM execution ORDER BY ref');
  const executions = only ? all.filter(({ id }) => only.includes(id as string)) : all;
  const open = new Set(await storage.journal.open());
  const faults: string[] = [];
  for (const execution of executions)
    faults.push(...(await executionFaults(storage, execution, { ...check, isOpen: open.has(execution.id as string) })));
  return only ? faults : [...faults, ...wholeFaults(storage)];
};

const rowsOf = ({ database }: Storage, sql: string, ...values: unknown[]): Row[] =>
  database.prepare(sql).all(...values) as Row[];

const executionFaults = async (
  storage: Storage,
  execution: Row,
  { compiled, isOpen }: StorageCheck & { isOpen: boolean },
): Promise<string[]> => {
  const id = execution.id as string;
  const stored = await storage.journal.load(id);
  if (!stored) return [`${id}: no journal`];
  const document = await storage.workflows.document(stored.definition);
  if (!document) return [`${id}: no definition`];
  const faults: string[] = [];
  const note = (fault: string): void => void faults.push(`${id}: ${fault}`);
  journalOrder(stored.events, stored.positions, note);
  const { fault } = (await storage.reader.checkJournal(id)) ?? {};
  if (fault) note(`its chain: ${fault.is} ${fault.seq ?? ''}`);
  const expected = project(stored.events, totalTasks(document));
  const isArchived = rowsOf(storage, 'SELECT 1 FROM journal_archive WHERE execution = ?', execution.ref).length > 0;
  const where = { journal: isArchived ? 'archived' : 'live' };
  compareRow(execution, { ...expected.execution, ...where }, note);
  compareRuns(rowsOf(storage, 'SELECT * FROM task_run WHERE execution = ? ORDER BY id', execution.ref), expected, note);
  const points = rowsOf(storage, 'SELECT id, seq FROM checkpoint WHERE execution = ? ORDER BY seq', execution.ref);
  if (JSON.stringify(points) !== JSON.stringify(expected.checkpoints)) note(`checkpoints ${JSON.stringify(points)}`);
  if (!compiled) return faults;
  const events = stored.events.map(({ event }) => event);
  const definitions = new Map<string, CompiledWorkflow>();
  for (const hash of definitionsOf(events).keys()) {
    const named = await storage.workflows.document(hash);
    if (named) definitions.set(hash, await compiled(hash, named));
  }
  const { status } = replay(definitions, events);
  if (isTerminalRun(status) === isOpen) note(`is ${status.is}, open: ${isOpen}`);
  return faults;
};

/** Faults of the database as a whole, each with the statement that finds it. */
const wholeFaults = (storage: Storage): string[] => {
  const faults: string[] = [];
  const integrity = storage.database.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') faults.push(`integrity: ${String(integrity)}`);
  for (const table of [
    'journal',
    'task_run',
    'checkpoint',
    'log_entry',
    'payload',
    'journal_archive',
    'journal_seal',
  ]) {
    const sql = `SELECT count(*) AS n FROM ${table} WHERE execution NOT IN (SELECT ref FROM execution)`;
    if (rowsOf(storage, sql)[0]?.n !== 0) faults.push(`${table}: rows of nobody`);
  }
  const found = (sql: string, fault: string): void =>
    void faults.push(...rowsOf(storage, sql).map(({ name }) => `${String(name)} ${fault}`));
  found(
    `SELECT key AS name FROM idempotency_key
     WHERE resource NOT IN (SELECT id FROM execution UNION SELECT id FROM workflow)`,
    'is a key of what is not there',
  );
  found(
    `SELECT workflow || ' ' || version AS name FROM workflow_version
     WHERE definition NOT IN (SELECT hash FROM definition) OR workflow NOT IN (SELECT id FROM workflow)`,
    'is a version that stands alone',
  );
  found(
    `SELECT id AS name FROM workflow WHERE NOT EXISTS (SELECT 1 FROM workflow_version AS v
     WHERE v.workflow = workflow.id AND v.version = workflow.version AND v.definition = workflow.definition)`,
    'has no version',
  );
  return faults;
};

const totalTasks = (document: JsonObject): number => Object.keys(document.tasks as JsonObject).length;

const journalOrder = (
  events: readonly RecordedEvent[],
  positions: readonly number[],
  note: (fault: string) => void,
): void => {
  if (events.some(({ seq }, index) => seq !== index + 1)) note(`places ${events.map(({ seq }) => seq).join(' ')}`);
  if (positions.some((position, index) => index > 0 && position <= (positions[index - 1] as number)))
    note(`positions ${positions.join(' ')}`);
};

interface Projected {
  readonly execution: Row;
  /** The run of each step; what a re-execution has done away with is in `past`. */
  readonly runs: Map<string, Row>;
  readonly past: Row[];
  readonly checkpoints: Row[];
}

const blank = (event: { step: string; generation: number }): Row => ({
  ...{ step: event.step, generation: event.generation, status: 'pending', attempt: 0, retries: 0 },
  ...{ first_started_at: null, started_at: null, ended_at: null, wake_at: null, input_seq: null, end_seq: null },
  ...{ cause: null, error_code: null, error_message: null, waits_for: null, child: null, superseded: null },
});

/** What the tables should say, from the events alone. */
const project = (events: readonly RecordedEvent[], total_tasks: number): Projected => {
  const first = events[0]?.event as Of<'execution_started'>;
  const execution: Row = {
    ...{ id: first.execution, workflow_id: first.workflow.id, workflow_name: first.workflow.name },
    ...{ workflow_version: first.workflow.version, definition: first.workflow.definition, status: 'running' },
    ...{ metadata: JSON.stringify(first.metadata), restored_from: first.restored_from?.execution ?? null },
    ...{ created_at: first.at, updated_at: first.at, ended_at: null, total_tasks },
    ...{ error_code: null, error_message: null },
  };
  const projected: Projected = { execution, runs: new Map(), past: [], checkpoints: [] };
  for (const { seq, event } of events) {
    if ('step' in event) projectStep(projected, seq, event);
    else if (event.type === 'checkpoint_created') projected.checkpoints.push({ id: event.checkpoint, seq });
    else projectExecution(projected, event);
  }
  return projected;
};

const projectExecution = (projected: Projected, event: Exclude<RunEvent, { step: string }>): void => {
  const { execution } = projected;
  switch (event.type) {
    case 'execution_started':
    case 'checkpoint_created':
    case 'event_received':
    case 'variables_set':
      return;
    case 'execution_migrated': {
      const { name, version, definition } = event.to;
      Object.assign(execution, { workflow_name: name, workflow_version: version, definition });
      Object.assign(execution, { total_tasks: event.total_tasks, updated_at: event.at });
      return;
    }
    case 'compensation_started':
      return projectUndoing(projected, event);
    case 'notice_started':
      return cancelOpen(projected, event.at);
    case 'execution_reopened':
      Object.assign(execution, { status: 'running', updated_at: event.at, ended_at: null });
      Object.assign(execution, { error_code: null, error_message: null });
      return projectReset(projected, event);
    case 'execution_paused':
    case 'execution_resumed':
      execution.status = event.type === 'execution_paused' ? 'paused' : 'running';
      execution.updated_at = event.at;
      return;
    default:
      execution.status = event.type.replace('execution_', '');
      Object.assign(execution, { updated_at: event.at, ended_at: event.at });
      if (event.type === 'execution_failed')
        Object.assign(execution, { error_code: event.failure.code, error_message: event.failure.message });
      cancelOpen(projected, event.at);
  }
};

/** Whether a step belongs to a body of that construct. */
const isBelow = (step: string, construct: string): boolean =>
  step.startsWith(`${construct}/`) || step.startsWith(`${construct}[`);

const cancelOpen = ({ runs }: Projected, at: number, which: (step: string) => boolean = () => true): void => {
  for (const [step, run] of runs)
    if (run.ended_at === null && which(step)) Object.assign(run, { status: 'canceled', ended_at: at, wake_at: null });
};

/** What an inner construct was undoing is undone by this one: it waits for its turn, everything else there is over. */
const projectUndoing = (projected: Projected, { undo, within, at }: Of<'compensation_started'>): void => {
  const isThere = (step: string): boolean => within === undefined || isBelow(step, within);
  const isUndone = (step: string): boolean => undo.some((each) => step === `${each}!compensate`);
  for (const [step, run] of projected.runs)
    if (run.ended_at === null && isThere(step) && isUndone(step))
      Object.assign(run, { status: 'pending', wake_at: null, error_code: null, error_message: null });
  cancelOpen(projected, at, (step) => isThere(step) && !isUndone(step));
};

/** Runs of what is reset, and of all below it, are past; so are those that undid them. */
const projectReset = ({ runs, past }: Projected, event: Of<'execution_reopened'>): void => {
  const { reset, skipped, generation, at } = event;
  const gone = skipped === undefined ? reset : [...reset, skipped];
  for (const [step, run] of runs) {
    const undone = step.replace('!compensate', '');
    if (!gone.some((each) => undone === each || isBelow(step, each))) continue;
    past.push(Object.assign(run, { superseded: 1 }));
    runs.delete(step);
  }
  if (skipped === undefined) return;
  const run = { ...blank({ step: skipped, generation }), status: 'skipped', cause: 'operator', ended_at: at };
  runs.set(skipped, run);
};

const projectStep = (projected: Projected, seq: number, event: Extract<RunEvent, { step: string }>): void => {
  if (event.type === 'step_ready' || event.type === 'callback_received') return;
  if (event.type === 'body_opened' || event.type === 'body_closed') {
    const canceled = new Set(event.canceled);
    return cancelOpen(projected, event.at, (step) => canceled.has(step));
  }
  const { runs } = projected;
  const run = runs.get(event.step) ?? blank(event);
  runs.set(event.step, run);
  Object.assign(run, changeOf(run, seq, event));
  if (run.ended_at !== null) cancelOpen(projected, event.at, (step) => isBelow(step, event.step));
};

const failureColumns = (failure: { code: string; message: string } | undefined): Row => ({
  error_code: failure?.code ?? null,
  error_message: failure?.message ?? null,
});

type OfRun = Exclude<
  Extract<RunEvent, { step: string }>,
  Of<'step_ready' | 'callback_received' | 'body_opened' | 'body_closed'>
>;

const changeOf = (run: Row, seq: number, event: OfRun): Row => {
  switch (event.type) {
    case 'step_opened':
    case 'step_armed':
      return { first_started_at: event.at, started_at: event.at, ...waitColumns(seq, event) };
    case 'step_started':
      return {
        ...{ status: 'running', attempt: event.attempt, started_at: event.at, wake_at: null },
        ...(run.first_started_at === null && { first_started_at: event.at, input_seq: event.input ? seq : null }),
      };
    case 'attempt_failed':
      return {
        ...{ status: 'waiting', wake_at: event.retry_at, retries: (run.retries as number) + 1 },
        ...failureColumns(event.failure),
      };
    case 'attempt_lost':
      return { status: 'pending', wake_at: null, error_code: 'attempt_lost', error_message: null };
    case 'step_kept': {
      const { outcome, started_at = null } = event;
      const failure = outcome.is === 'failed' ? outcome.failure : undefined;
      return {
        ...{ status: outcome.is, attempt: event.attempt, first_started_at: started_at, started_at },
        ...{ ended_at: event.ended_at, end_seq: seq, cause: causeOf(outcome), ...failureColumns(failure) },
      };
    }
    default: {
      const failure = event.type === 'step_failed' ? event.failure : undefined;
      const atOnce = event.type === 'step_completed' && run.started_at === null;
      return {
        ...{ status: event.type.replace('step_', ''), ended_at: event.at, end_seq: seq, wake_at: null },
        ...{ cause: causeOf(event), ...failureColumns(failure) },
        ...(atOnce && { first_started_at: event.at, started_at: event.at }),
      };
    }
  }
};

const waitColumns = (seq: number, event: Of<'step_opened' | 'step_armed'>): Row => {
  if (event.type === 'step_opened') return { status: 'running', wake_at: event.deadline ?? null };
  const { awaits, until = null } = event;
  const child = awaits.is === 'workflow' ? awaits.execution : null;
  return { status: 'waiting', wake_at: until, waits_for: awaits.is, child, input_seq: seq };
};

const causeOf = (end: object): string | null => {
  if ('cause' in end) return end.cause as string;
  if (!('handled' in end) || end.handled === undefined) return null;
  return end.handled === 'continue' ? 'continue' : `goto ${(end.handled as { goto: string }).goto}`;
};

const compareRow = (found: Row, expected: Row, note: (fault: string) => void): void => {
  for (const [name, value] of Object.entries(expected))
    if (found[name] !== value) note(`${name} is ${String(found[name])}, by the journal ${String(value)}`);
};

const compareRuns = (found: readonly Row[], { runs, past }: Projected, note: (fault: string) => void): void => {
  const nameOf = ({ step, generation, superseded }: Row): string =>
    superseded === null ? (step as string) : `${step as string} of generation ${String(generation)}, past`;
  const expected = new Map([...runs.values(), ...past].map((run) => [nameOf(run), run]));
  const seen = new Set<string>();
  for (const run of found) {
    const name = nameOf(run);
    if (seen.has(name)) note(`${name} has two runs`);
    seen.add(name);
    const wanted = expected.get(name);
    if (wanted) compareRow(run, wanted, (fault) => note(`${name}: ${fault}`));
    else note(`${name} has a run, the journal knows of none`);
  }
  for (const name of expected.keys()) if (!seen.has(name)) note(`${name} has no run`);
};
