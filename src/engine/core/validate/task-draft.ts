import { fault, isJsonObject, type Fault, type Json, type JsonObject } from '../../../kernel/index.js';
import {
  compileRetryPolicy,
  retryPolicyFaults,
  type RetryPolicy,
  type RetryPolicySpec,
} from '../../../retry-policy/index.js';
import { EFFECTS, type Effects, type TaskType } from '../task-type.js';
import { type FieldReader } from './field-reader.js';
import { KINDS, kindOf, readWork, type DraftWork } from './work-draft.js';

/** A task as written, its fields of the right type, nothing resolved yet. */
export interface TaskDraft {
  readonly id: string;
  readonly index: number;
  readonly reader: FieldReader;
  readonly name: string;
  readonly work: DraftWork | undefined;
  readonly when: Json | undefined;
  readonly dependsOn: readonly string[];
  readonly join: DraftJoin;
  readonly retry: RetryPolicy | undefined;
  readonly timeout: number | undefined;
  readonly onError: readonly DraftHandler[];
  readonly onLost: 'retry' | 'fail';
  readonly priority: number;
  readonly effects: Effects | undefined;
  /** Seconds. */
  readonly heartbeat: number | undefined;
  readonly limit: DraftLimit | undefined;
  readonly cache: DraftCache | undefined;
  /** Variables that it assigns, by name. */
  readonly set: JsonObject | undefined;
  /** Names of credentials by slot. */
  readonly credentials: JsonObject | undefined;
  /** What undoes the task; `none`: nothing, whatever its type says. */
  readonly compensate: TaskDraft | 'none' | undefined;
}

export interface DraftLimit {
  readonly key: Json;
  readonly concurrency: number | undefined;
  readonly rate: { readonly count: number; readonly per: number } | undefined;
}

export interface DraftCache {
  readonly key: Json | undefined;
  /** Seconds. */
  readonly ttl: number;
}

export type DraftJoin = 'all' | 'any' | number;

/** What to do about failures of some classes; of all, without any. */
export interface DraftHandler {
  readonly classes: readonly string[] | undefined;
  readonly then: 'fail' | 'continue' | { readonly goto: string; readonly where: string };
}

const ALWAYS = [
  'name',
  'description',
  'when',
  'depends_on',
  'join',
  'timeout',
  'on_error',
  'priority',
  'metadata',
  'set',
];
const OF_ATTEMPTS = [
  ...['retry_policy', 'on_lost', 'effects', 'compensate', 'heartbeat', 'credentials'],
  ...['concurrency_key', 'concurrency', 'rate', 'cache'],
];
const YEAR_SECONDS = 31_536_000;
const MAX_TASKS_JOINED = 10_000;
const MAX_CLASSES = 100;
const MAX_CONCURRENCY = 100_000;

export const readTask = (id: string, index: number, reader: FieldReader): TaskDraft => {
  const kind = kindOf(reader);
  refuseFields(reader, kind);
  reader.text('description');
  reader.record('metadata');
  return {
    id,
    index,
    reader,
    ...readCommon(id, reader),
    work: kind === undefined ? undefined : readWork(reader, kind),
  };
};

const readCommon = (id: string, reader: FieldReader): Omit<TaskDraft, 'id' | 'index' | 'reader' | 'work'> => {
  const retry = readRetry(reader);
  return {
    name: reader.text('name') ?? id,
    when: reader.raw('when'),
    dependsOn: reader.texts('depends_on') ?? [],
    join: readJoin(reader),
    retry: retry && compileRetryPolicy(retry),
    timeout: reader.number('timeout', { min: 0.001, max: YEAR_SECONDS }),
    onError: readOnError(reader),
    onLost: reader.choice('on_lost', ['retry', 'fail']) ?? 'retry',
    priority: reader.number('priority', { min: -1000, max: 1000 }) ?? 0,
    effects: reader.choice('effects', EFFECTS),
    heartbeat: reader.number('heartbeat', { min: 0.001, max: YEAR_SECONDS }),
    limit: reader.has('tasks') ? undefined : readLimit(reader),
    cache: readCache(reader),
    set: reader.record('set'),
    credentials: reader.record('credentials'),
    compensate: readCompensation(id, reader),
  };
};

/** A key alone means one at a time. */
const readLimit = (reader: FieldReader): DraftLimit | undefined => {
  const key = reader.text('concurrency_key');
  const concurrency = reader.number('concurrency', { min: 1, max: MAX_CONCURRENCY, integer: true });
  const rate = readRate(reader);
  if (key === undefined && (concurrency !== undefined || rate)) {
    reader.report(fault('required_field', reader.where, { field: 'concurrency_key' }));
  }
  return key === undefined ? undefined : { key, concurrency: concurrency ?? (rate ? undefined : 1), rate };
};

const readRate = (reader: FieldReader): DraftLimit['rate'] => {
  const object = reader.record('rate');
  if (!object) return undefined;
  const fields = reader.below(object, 'rate');
  fields.refuseUnknown(['count', 'per']);
  const count = fields.number('count', { min: 1, max: 1_000_000, integer: true });
  if (!fields.has('count')) fields.report(fault('required_field', fields.where, { field: 'count' }));
  const per = fields.number('per', { min: 0.001, max: YEAR_SECONDS }) ?? 1;
  return count === undefined ? undefined : { count, per };
};

const readCache = (reader: FieldReader): DraftCache | undefined => {
  const object = reader.record('cache');
  if (!object) return undefined;
  const fields = reader.below(object, 'cache');
  fields.refuseUnknown(['key', 'ttl']);
  if (!fields.has('ttl')) fields.report(fault('required_field', fields.where, { field: 'ttl' }));
  const ttl = fields.number('ttl', { min: 0.001, max: YEAR_SECONDS });
  return ttl === undefined ? undefined : { key: fields.raw('key'), ttl };
};

const isAttempted = (kind: string): boolean => kind === 'type' || kind === 'component';

/** Unknown fields, and known ones that mean nothing on a task of this kind. */
const refuseFields = (reader: FieldReader, kind: string | undefined): void => {
  const elsewhere = [...OF_ATTEMPTS, ...Object.values(KINDS).flat()];
  reader.refuseUnknown([...ALWAYS, ...Object.keys(KINDS), ...elsewhere]);
  if (kind === undefined) return;
  const known = KINDS[kind] ?? [];
  const isUndone = isAttempted(kind) || kind === 'workflow';
  for (const field of elsewhere) {
    const fits =
      known.includes(field) ||
      (isAttempted(kind) && OF_ATTEMPTS.includes(field)) ||
      (isUndone && field === 'compensate');
    if (!fits && reader.has(field) && field !== kind && !(field in KINDS)) {
      reader.report(fault('field_not_here', reader.at(field), { construct: kind, field }));
    }
  }
};

const OF_COMPENSATION = [
  ...['type', 'component', 'action', 'input', 'name', 'description', 'metadata'],
  ...['retry_policy', 'timeout', 'heartbeat', 'on_lost', 'effects', 'credentials'],
];

const readCompensation = (id: string, reader: FieldReader): TaskDraft | 'none' | undefined =>
  reader.raw('compensate') === false ? 'none' : readAside(id, reader, 'compensate');

/** A task that stands beside the graph: it undoes another, or tells of the end. */
export const readAside = (id: string, reader: FieldReader, field: string): TaskDraft | undefined => {
  const object = reader.record(field);
  return object && asideOf(id, reader.below(object, field));
};

/** As `readAside`, of fields that stand somewhere else. */
export const asideOf = (id: string, fields: FieldReader): TaskDraft => {
  fields.refuseUnknown(OF_COMPENSATION);
  const kind = kindOf(fields);
  const work = kind === undefined || !isAttempted(kind) ? undefined : readWork(fields, kind);
  return { id, index: 0, reader: fields, ...readCommon(id, fields), work };
};

/** What undoes a task: as it says itself, else as its type says. */
export const undoingOf = (draft: TaskDraft, type: TaskType | undefined): TaskDraft | undefined => {
  const { id, reader, compensate } = draft;
  if (compensate === 'none') return undefined;
  return compensate ?? (type?.compensate && asideOf(id, reader.below({ ...type.compensate }, 'compensate')));
};

const readJoin = (reader: FieldReader): DraftJoin => {
  const join = reader.raw('join');
  if (join === undefined || join === 'all' || join === 'any') return join ?? 'all';
  if (typeof join === 'number' && Number.isInteger(join) && join >= 1 && join <= MAX_TASKS_JOINED) return join;
  reader.report(fault('wrong_type', reader.at('join'), { expected: '"all", "any" or a whole number from 1' }));
  return 'all';
};

const EXPECTED =
  '"fail", "continue", {goto: task} or a list of handlers {class, then: fail|continue} or {class, goto: task}';

/** Also of the whole workflow: for its tasks that have none of their own. */
export const readOnError = (reader: FieldReader): readonly DraftHandler[] => {
  const policy = reader.raw('on_error');
  if (policy === undefined) return [];
  const handlers = Array.isArray(policy)
    ? (policy as Json[]).map((entry, index) => readHandler(entry, reader.at('on_error', index)))
    : [readRemedy(policy, reader.at('on_error'))];
  const read = handlers.filter((handler) => handler !== undefined);
  if (read.length !== handlers.length || read.length === 0) {
    reader.report(fault('wrong_type', reader.at('on_error'), { expected: EXPECTED }));
  }
  return read;
};

const readRemedy = (policy: Json, where: string): DraftHandler | undefined => {
  if (policy === 'fail' || policy === 'continue') return { classes: undefined, then: policy };
  if (!isJsonObject(policy) || typeof policy.goto !== 'string' || Object.keys(policy).length !== 1) return undefined;
  return { classes: undefined, then: { goto: policy.goto, where: `${where}/goto` } };
};

const readHandler = (entry: Json, where: string): DraftHandler | undefined => {
  if (!isJsonObject(entry)) return undefined;
  const { class: said, then: remedy, ...rest } = entry;
  const named = typeof said === 'string' ? [said] : said;
  if (named !== undefined && !isListOfTexts(named)) return undefined;
  const then = remedy === undefined ? rest : Object.keys(rest).length === 0 ? remedy : null;
  const read = readRemedy(then, where);
  return read && { classes: named, then: read.then };
};

const isListOfTexts = (value: Json): value is string[] =>
  Array.isArray(value) && value.length <= MAX_CLASSES && value.every((entry) => typeof entry === 'string');

const readRetry = (reader: FieldReader): RetryPolicySpec | undefined => {
  const policy = reader.raw('retry_policy');
  if (policy === undefined) return undefined;
  const faults: readonly Fault[] = retryPolicyFaults(policy, reader.at('retry_policy'));
  faults.forEach((found) => reader.report(found));
  return faults.length === 0 ? (policy as RetryPolicySpec) : undefined;
};
