import {
  fault,
  isJsonObject,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../../kernel/index.js';
import {
  compileRetryPolicy,
  retryPolicyFaults,
  type RetryPolicy,
  type RetryPolicySpec,
} from '../../../retry-policy/index.js';
import type { Effects } from '../task-type.js';
import { type FieldReader } from './field-reader.js';

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
  readonly onError: DraftOnError;
  readonly onLost: 'retry' | 'fail';
  readonly priority: number;
  readonly effects: Effects | undefined;
}

export type DraftWork =
  | { readonly is: 'task'; readonly type: string; readonly input: JsonObject }
  | { readonly is: 'switch'; readonly branches: readonly DraftBranch[] };

export interface DraftBranch {
  readonly where: JsonPointer;
  readonly when: Json | undefined;
  readonly goto: string;
}

export type DraftJoin = 'all' | 'any' | number;
export type DraftOnError = 'fail' | 'continue' | { readonly goto: string };

/** The task type behind `component` + `action`. */
export const COMPONENT_TASK_TYPE = 'tekton/action';

const FIELDS = [
  ...['type', 'component', 'action', 'switch', 'name', 'description', 'when', 'depends_on', 'join', 'input'],
  ...['retry_policy', 'timeout', 'on_error', 'on_lost', 'priority', 'effects', 'metadata'],
];
/** Words of the language that this version does not run. */
const UNAVAILABLE = [
  ...['map', 'loop', 'tasks', 'try', 'catch', 'finally', 'race', 'workflow', 'wait', 'event', 'approval', 'webhook'],
  ...['compensate', 'cache', 'concurrency', 'concurrency_key', 'output'],
];
const EFFECTS = ['pure', 'read', 'idempotent', 'write'] as const;
const YEAR_SECONDS = 31_536_000;
const MAX_TASKS_JOINED = 10_000;

export const readTask = (id: string, index: number, reader: FieldReader): TaskDraft => {
  refuseUnavailable(reader);
  reader.text('description');
  reader.record('metadata');
  const retry = readRetry(reader);
  return {
    id,
    index,
    reader,
    name: reader.text('name') ?? id,
    work: readWork(reader),
    when: reader.raw('when'),
    dependsOn: reader.texts('depends_on') ?? [],
    join: readJoin(reader),
    retry: retry && compileRetryPolicy(retry),
    timeout: reader.number('timeout', { min: 0.001, max: YEAR_SECONDS }),
    onError: readOnError(reader),
    onLost: reader.choice('on_lost', ['retry', 'fail']) ?? 'retry',
    priority: reader.number('priority', { min: -1000, max: 1000 }) ?? 0,
    effects: reader.choice('effects', EFFECTS),
  };
};

const refuseUnavailable = (reader: FieldReader): void => {
  const constructs = Object.keys(reader.object).filter((field) => UNAVAILABLE.includes(field));
  for (const construct of constructs)
    reader.report(fault('construct_unavailable', reader.at(construct), { construct }));
  reader.refuseUnknown([...FIELDS, ...constructs]);
};

const readWork = (reader: FieldReader): DraftWork | undefined => {
  const said = ['type', 'component', 'switch'].filter((field) => reader.has(field));
  if (said.length > 1) {
    reader.report(
      fault('wrong_type', reader.at(said[1] as string), { expected: `absent, as there is \`${said[0]}\`` }),
    );
    return undefined;
  }
  if (reader.has('switch')) return readSwitch(reader);
  const input = reader.record('input') ?? {};
  if (reader.has('component')) return readComponent(reader, input);
  const type = reader.text('type');
  if (type === undefined && !reader.has('type') && !hasConstruct(reader)) {
    reader.report(fault('required_field', reader.where, { field: 'type' }));
  }
  return type === undefined ? undefined : { is: 'task', type, input };
};

const hasConstruct = (reader: FieldReader): boolean => UNAVAILABLE.some((field) => reader.has(field));

const readComponent = (reader: FieldReader, params: JsonObject): DraftWork | undefined => {
  const component = reader.text('component');
  const action = reader.text('action');
  if (!reader.has('action')) reader.report(fault('required_field', reader.where, { field: 'action' }));
  if (component === undefined || action === undefined) return undefined;
  return { is: 'task', type: COMPONENT_TASK_TYPE, input: { component, action, params } };
};

const readSwitch = (reader: FieldReader): DraftWork | undefined => {
  const list = reader.raw('switch');
  if (!Array.isArray(list) || list.length === 0) {
    reader.report(fault('wrong_type', reader.at('switch'), { expected: 'a list of branches with `goto`' }));
    return undefined;
  }
  const branches: DraftBranch[] = [];
  list.forEach((branch: Json, index) => {
    const where = reader.at('switch', index);
    if (!isJsonObject(branch) || typeof branch.goto !== 'string') {
      reader.report(
        fault('wrong_type', where, { expected: 'an object with `goto`, and `when` unless it is the last' }),
      );
      return;
    }
    for (const field of Object.keys(branch).filter((name) => name !== 'when' && name !== 'goto'))
      reader.report(fault('unknown_field', pointer(where, field), { field, known: 'when, goto' }));
    if (branch.when === undefined && index < list.length - 1) {
      reader.report(fault('required_field', where, { field: 'when' }));
    }
    branches.push({ where, when: branch.when, goto: branch.goto });
  });
  return { is: 'switch', branches };
};

const readJoin = (reader: FieldReader): DraftJoin => {
  const join = reader.raw('join');
  if (join === undefined || join === 'all' || join === 'any') return join ?? 'all';
  if (typeof join === 'number' && Number.isInteger(join) && join >= 1 && join <= MAX_TASKS_JOINED) return join;
  reader.report(fault('wrong_type', reader.at('join'), { expected: '"all", "any" or a whole number from 1' }));
  return 'all';
};

const readOnError = (reader: FieldReader): DraftOnError => {
  const policy = reader.raw('on_error');
  if (policy === undefined || policy === 'fail' || policy === 'continue') return policy ?? 'fail';
  if (isJsonObject(policy) && typeof policy.goto === 'string' && Object.keys(policy).length === 1)
    return { goto: policy.goto };
  reader.report(fault('wrong_type', reader.at('on_error'), { expected: '"fail", "continue" or {goto: task}' }));
  return 'fail';
};

const readRetry = (reader: FieldReader): RetryPolicySpec | undefined => {
  const policy = reader.raw('retry_policy');
  if (policy === undefined) return undefined;
  const faults: readonly Fault[] = retryPolicyFaults(policy, reader.at('retry_policy'));
  faults.forEach((found) => reader.report(found));
  return faults.length === 0 ? (policy as RetryPolicySpec) : undefined;
};
