import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { canonicalJson, contentHash, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { patternOf, type FailureKind, type Usage, type UsedBy } from '../../engine/core/index.js';
import type {
  ObservationQuery,
  Observations,
  ObservedExecution,
  ObservedFailure,
  ObservedStep,
  ObservedUsage,
  RunHistory,
} from '../../llm/ports/index.js';
import { DIGESTED, digestOf, type AttemptUsage, type Digest, type Told, type Turn } from '../writer/digest.js';
import { RUNS_PER_EXECUTION } from '../writer/execution-rows.js';

/**
 * All that is asked of the database. No column that holds an output is read; of the journal only which attempts failed, when
 * and of what class, what they used, and whether the execution was paused or taken up again. Inputs of tasks that somebody
 * asks for are read to be compared, and do not leave this file: what is told of them is which were equal.
 */
export const RUN_HISTORY_SQL = {
  own: `SELECT ref, workflow_id, definition, status, created_at, ended_at, journal, restored_from FROM execution
    WHERE workflow_id = ? ORDER BY ref DESC LIMIT ?`,
  newest: `SELECT ref, workflow_id, definition, status, created_at, ended_at, journal, restored_from FROM execution
    ORDER BY ref DESC LIMIT ?`,
  steps: `SELECT step, generation, status, attempt, retries, first_started_at, started_at, ended_at, cause, error_code, superseded
    FROM task_run WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`,
  told: `SELECT type, at, json_extract(data, '$.step', '$.generation', '$.attempt', '$.failure.kind', '$.failure.code',
      '$.failure.retry_after') AS turn,
      CASE type WHEN 'usage_recorded' THEN json_extract(data, '$.by', '$.usage') END AS used
    FROM journal WHERE execution = ? AND payload IS NULL AND type IN (${DIGESTED.map((type) => `'${type}'`).join(', ')})
    ORDER BY seq LIMIT ?`,
  digest: 'SELECT digest FROM journal_seal WHERE execution = ?',
  inputs: `SELECT json_extract(data, '$.step') AS step, json_extract(data, '$.generation') AS generation,
      json_extract(data, '$.input') AS input
    FROM journal WHERE execution = ? AND payload IS NULL AND type = 'step_started' AND length(data) < 65536
      AND json_extract(data, '$.attempt') = 1
    ORDER BY seq LIMIT ?`,
  document: 'SELECT document FROM definition WHERE hash = ?',
  place: 'SELECT ref, ended_at FROM execution WHERE workflow_id = ? ORDER BY ref DESC LIMIT 200',
} as const;

const DAY = 86_400_000;

interface ExecutionRow {
  readonly ref: number;
  readonly workflow_id: string;
  readonly definition: string;
  readonly status: string;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly journal: string;
  readonly restored_from: string | null;
}

interface StepRow {
  readonly step: string;
  readonly generation: number;
  readonly status: string;
  readonly attempt: number;
  readonly retries: number;
  readonly first_started_at: number | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly cause: string | null;
  readonly error_code: string | null;
  readonly superseded: number | null;
}

interface ToldRow {
  readonly type: string;
  readonly at: number;
  /** JSON: step, generation, attempt, kind, code and what was asked for. */
  readonly turn: string;
  /** JSON: by whom, and what. */
  readonly used: string | null;
}

interface InputRow {
  readonly step: string;
  readonly generation: number;
  /** Null: it has none. */
  readonly input: string | null;
}

type Turned = readonly [
  ...[step: string, generation: number, attempt: number, kind: FailureKind, code: string],
  retryAfter: number | null,
];

/** Reports of usage that are read of one execution; of one that has more, nothing is known. */
const MOST_REPORTS = 20_000;

type EndedStatus = ObservedStep['status'];
const ENDED: ReadonlySet<string> = new Set<EndedStatus>(['completed', 'failed', 'skipped', 'canceled']);

const isEnded = ({ status, ended_at: endedAt }: Pick<StepRow, 'status' | 'ended_at'>): boolean =>
  endedAt !== null && ENDED.has(status);

const placeOf = ({ step, generation }: { step: string | null; generation: number | null }): string =>
  `${generation} ${step}`;

/** Tells equal inputs of some tasks from others: each gets a number. */
class Inputs {
  private readonly numbers = new Map<string, number>();
  private readonly patterns: ReadonlySet<string>;

  constructor(patterns: readonly string[]) {
    this.patterns = new Set(patterns);
  }

  get isWanted(): boolean {
    return this.patterns.size > 0;
  }

  /** By step and generation. */
  numbered(rows: readonly InputRow[]): ReadonlyMap<string, number> {
    const numbered = new Map<string, number>();
    for (const row of rows)
      if (this.patterns.has(patternOf(row.step))) numbered.set(placeOf(row), this.numberOf(row.input ?? '{}'));
    return numbered;
  }

  private numberOf(input: string): number {
    const hash = contentHash(canonicalJson(JSON.parse(input) as Json));
    const number = this.numbers.get(hash) ?? this.numbers.size;
    this.numbers.set(hash, number);
    return number;
  }
}

const NO_INPUTS = new Inputs([]);

/** Reads what the optimiser learns from, on a connection that cannot write, one execution in a turn of the event loop. */
export class SqliteRunHistory implements RunHistory {
  constructor(private readonly source: DataSource) {}

  async observe(query: ObservationQuery): Promise<Observations> {
    const { workflow, until, windowDays = 30, mostExecutions = 200, mostOthers = 100, mostSteps = 20_000 } = query;
    const inputs = new Inputs(query.inputsOf ?? []);
    const isRecent = (row: ExecutionRow): boolean => isEnded(row) && row.created_at >= until - windowDays * DAY;
    const own = await this.all<ExecutionRow>(RUN_HISTORY_SQL.own, workflow, mostExecutions);
    const newest = mostOthers > 0 ? await this.all<ExecutionRow>(RUN_HISTORY_SQL.newest, mostOthers) : [];
    const others = newest.filter((row) => row.workflow_id !== workflow);
    const budget = { left: mostSteps };
    const observed = {
      own: await this.observed(own.filter(isRecent), { budget, inputs }),
      others: await this.observed(others.filter(isRecent), { budget, inputs: NO_INPUTS }),
    };
    const hashes = new Set([...observed.own, ...observed.others].map(({ definition }) => definition));
    return { until, windowDays, ...observed, documents: await this.documents(hashes) };
  }

  async place(workflow: Uuid): Promise<string> {
    const newest = await this.all<Pick<ExecutionRow, 'ref' | 'ended_at'>>(RUN_HISTORY_SQL.place, workflow);
    const ended = newest.flatMap(({ ended_at: at }) => (at === null ? [] : [at]));
    return JSON.stringify([newest[0]?.ref ?? 0, ended.length, Math.max(0, ...ended)]);
  }

  private async observed(
    rows: readonly ExecutionRow[],
    { budget, inputs }: { readonly budget: { left: number }; readonly inputs: Inputs },
  ): Promise<ObservedExecution[]> {
    const observed: ObservedExecution[] = [];
    for (const row of rows) {
      if (budget.left <= 0) break;
      const [from, to] = [row.ref * RUNS_PER_EXECUTION, (row.ref + 1) * RUNS_PER_EXECUTION];
      const steps = await this.all<StepRow>(RUN_HISTORY_SQL.steps, from, to, budget.left + 1);
      const isWhole = steps.length <= budget.left;
      const kept = isWhole ? steps : steps.slice(0, budget.left);
      budget.left -= kept.length;
      const digest = await (row.journal === 'live' ? this.digestOfLive(row.ref, kept.length) : this.kept(row.ref));
      const started =
        inputs.isWanted && row.journal === 'live'
          ? await this.all<InputRow>(RUN_HISTORY_SQL.inputs, row.ref, kept.length)
          : [];
      observed.push(toExecution(row, kept, { digest, isWhole, inputs: inputs.numbered(started) }));
      await nextTurn();
    }
    return observed;
  }

  private async digestOfLive(execution: number, steps: number): Promise<Digest | undefined> {
    const most = steps * 2 + MOST_REPORTS;
    const rows = await this.all<ToldRow>(RUN_HISTORY_SQL.told, execution, most);
    return rows.length < most ? digestOf(rows.map(toTold)) : undefined;
  }

  /** Of an archived journal; undefined: it was archived before digests were kept, and has none yet. */
  private async kept(execution: number): Promise<Digest | undefined> {
    const [row] = await this.all<{ readonly digest: string | null }>(RUN_HISTORY_SQL.digest, execution);
    const digest = row?.digest ?? null;
    return digest === null ? undefined : (JSON.parse(digest) as Digest);
  }

  private async documents(hashes: ReadonlySet<string>): Promise<ReadonlyMap<string, JsonObject>> {
    const documents = new Map<string, JsonObject>();
    for (const hash of hashes) {
      const [row] = await this.all<{ readonly document: string }>(RUN_HISTORY_SQL.document, hash);
      if (row) documents.set(hash, JSON.parse(row.document) as JsonObject);
    }
    return documents;
  }

  private all<T>(sql: string, ...values: (string | number)[]): Promise<T[]> {
    return this.source.query(sql, values);
  }
}

/** What is read beside the steps of an execution. */
interface Beside {
  readonly digest: Digest | undefined;
  readonly isWhole: boolean;
  readonly inputs: ReadonlyMap<string, number>;
}

const toExecution = (
  row: ExecutionRow,
  steps: readonly StepRow[],
  { digest, isWhole, inputs }: Beside,
): ObservedExecution => {
  const { turns = [], usage } = digest ?? {};
  const failures = byPlace(turns.filter(({ step }) => step !== null));
  const used = usage && byPlace(usage);
  const isTurned = turns.some(({ type }) => type === 'execution_paused' || type === 'execution_reopened');
  const isReopened = steps.some(({ generation }) => generation > 1);
  return {
    definition: row.definition,
    status: row.status as ObservedExecution['status'],
    startedAt: row.created_at,
    endedAt: row.ended_at as number,
    isStraight: !isTurned && !isReopened && row.restored_from === null,
    isWhole,
    // What a fork has taken over has ended before it began, and is told by the execution that ran it.
    steps: steps
      .filter((step) => isEnded(step) && (step.ended_at as number) >= row.created_at)
      .map((step) => ({
        ...toStep(step, failures.get(placeOf(step)) ?? [], inputs.get(placeOf(step))),
        ...(used && { usage: (used.get(placeOf(step)) ?? []).map(toUsage) }),
      })),
  };
};

const byPlace = <T extends { readonly step: string | null; readonly generation: number | null }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> => {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const known = found.get(placeOf(one));
    if (known) known.push(one);
    else found.set(placeOf(one), [one]);
  }
  return found;
};

const toTold = ({ type, at, turn, used }: ToldRow): Told => {
  if (used !== null) {
    const [by, usage] = JSON.parse(used) as [UsedBy, Usage];
    return { is: 'usage', used: { ...by, usage } };
  }
  const [step, generation, attempt, kind, code, retryAfter] = JSON.parse(turn) as Turned;
  const asked = retryAfter === null ? {} : { retryAfter };
  return { is: 'turn', turn: { type, at, step, generation, attempt, kind, code, ...asked } };
};

const toUsage = ({
  attempt,
  usage: { tokens, cost = {}, unpriced_calls: unpriced = 0 },
}: AttemptUsage): ObservedUsage => ({
  attempt,
  tokens: (tokens?.input ?? 0) + (tokens?.output ?? 0),
  cost,
  unpriced,
});

const toStep = (row: StepRow, turns: readonly Turn[], input: number | undefined): ObservedStep => ({
  step: row.step,
  status: row.status as EndedStatus,
  attempt: row.attempt,
  retries: row.retries,
  firstStartedAt: row.first_started_at ?? undefined,
  startedAt: row.started_at ?? undefined,
  endedAt: row.ended_at as number,
  cause: row.cause ?? undefined,
  failures: failuresOf(row, turns),
  isSuperseded: row.superseded !== null,
  ...(input !== undefined && { input }),
});

/** Where there is no digest, only the failure that ended the step is known. */
const failuresOf = (row: StepRow, turns: readonly Turn[]): readonly ObservedFailure[] => {
  const { attempt, started_at: startedAt, ended_at: endedAt, error_code: code } = row;
  const after = attempt > 0 && startedAt !== null && endedAt !== null ? endedAt - startedAt : undefined;
  if (turns.length > 0) return turns.map((turn) => toFailure(row, turn, after));
  return row.status === 'failed' && code !== null ? [{ kind: undefined, code, after }] : [];
};

/** When an attempt began is known of the first and of the last. */
const toFailure = (
  { first_started_at: first }: StepRow,
  { type, at, attempt, kind, code, retryAfter }: Turn,
  lastAfter: number | undefined,
): ObservedFailure => {
  const after = type === 'step_failed' ? lastAfter : attempt === 1 && first !== null ? at - first : undefined;
  const asked = retryAfter === undefined ? {} : { retryAfter };
  return { kind: kind ?? undefined, code: code ?? 'unknown', after, ...asked };
};
