import { fault, isJsonObject, pointer, type Json, type JsonObject, type JsonPointer } from '../../../kernel/index.js';
import { isReservedWord, NAMESPACES } from '../expression/index.js';
import { ERROR_NAME, WORKFLOW_NAMES } from '../names.js';
import type { Tolerance } from '../definition.js';
import type { FieldReader } from './field-reader.js';

/** What a task does, as written: fields of the right type, nothing resolved yet. */
export type DraftWork =
  | { readonly is: 'task'; readonly type: string; readonly input: JsonObject }
  | { readonly is: 'switch'; readonly branches: readonly DraftBranch[] }
  | DraftContainer
  | DraftWait;

export type DraftContainer =
  | { readonly is: 'group'; readonly body: DraftBody; readonly concurrency: number | undefined }
  | { readonly is: 'race'; readonly body: DraftBody }
  | {
      readonly is: 'try';
      readonly body: DraftBody;
      readonly catch: DraftBody | undefined;
      readonly finally: DraftBody | undefined;
    }
  | {
      readonly is: 'map';
      readonly over: Json;
      readonly as: string;
      readonly concurrency: number | undefined;
      readonly tolerate: Tolerance;
      readonly body: DraftBody;
    }
  | {
      readonly is: 'loop';
      readonly test: 'while' | 'until';
      readonly condition: Json;
      readonly maxIterations: number;
      readonly body: DraftBody;
    };

export type DraftWait =
  | { readonly is: 'wait'; readonly seconds: Json | undefined; readonly until: Json | undefined }
  | {
      readonly is: 'event';
      readonly name: Json;
      readonly match: Json | undefined;
      readonly within: Json | undefined;
      readonly since: Json | undefined;
    }
  | {
      readonly is: 'approval';
      readonly by: Json;
      readonly message: Json;
      readonly within: Json | undefined;
      readonly onTimeout: 'fail' | 'approve' | 'reject';
    }
  | { readonly is: 'webhook'; readonly within: Json | undefined }
  | {
      readonly is: 'workflow';
      readonly name: string;
      readonly version: string | undefined;
      readonly input: JsonObject;
      readonly wait: boolean;
    };

export interface DraftBranch {
  readonly where: JsonPointer;
  readonly when: Json | undefined;
  readonly goto: string;
}

/** The tasks of one body of a construct. */
export interface DraftBody {
  readonly where: JsonPointer;
  readonly tasks: JsonObject;
}

/** The task type behind `component` + `action`. */
export const COMPONENT_TASK_TYPE = 'tekton/action';

/** The words that say what a task does, each with the fields that belong to it. A task has one of them. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  type: ['input'],
  component: ['action', 'input'],
  switch: [],
  map: ['tasks', 'output', 'state'],
  loop: ['tasks', 'output', 'state'],
  try: ['catch', 'finally'],
  race: [],
  workflow: [],
  wait: [],
  event: [],
  approval: [],
  webhook: [],
  // Last: a map and a loop have tasks, too.
  tasks: ['output', 'concurrency', 'state'],
};

const YEAR_SECONDS = 31_536_000;
const MAX_CONCURRENCY = 10_000;
const MAX_ITERATIONS = 100_000;
const DEFAULT_ITERATIONS = 1000;
const MAX_NAMES = 100;

/** The word by which a task says what it does; undefined when it says nothing or too much, which is reported. */
export const kindOf = (reader: FieldReader): string | undefined => {
  const [kind, ...others] = Object.keys(KINDS).filter((word) => reader.has(word));
  if (kind === undefined) {
    reader.report(fault('required_field', reader.where, { field: 'type' }));
    return undefined;
  }
  const another = others.find((word) => !KINDS[kind]?.includes(word));
  if (another !== undefined) {
    reader.report(fault('wrong_type', reader.at(another), { expected: `absent, as there is \`${kind}\`` }));
    return undefined;
  }
  return kind;
};

export const readWork = (reader: FieldReader, kind: string): DraftWork | undefined => {
  switch (kind) {
    case 'type': {
      const input = reader.record('input') ?? {};
      const type = reader.text('type');
      return type === undefined ? undefined : { is: 'task', type, input };
    }
    case 'component':
      return readComponent(reader);
    case 'switch':
      return readSwitch(reader);
    case 'tasks':
    case 'race':
    case 'try':
      return readBodies(reader, kind);
    case 'map':
      return readMap(reader);
    case 'loop':
      return readLoop(reader);
    default:
      return readWait(reader, kind);
  }
};

const readComponent = (reader: FieldReader): DraftWork | undefined => {
  const component = reader.text('component');
  const action = reader.text('action');
  const params = reader.record('input') ?? {};
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

const readBody = (reader: FieldReader, field: string): DraftBody | undefined => {
  if (!reader.has(field)) reader.report(fault('required_field', reader.where, { field }));
  const tasks = reader.record(field);
  if (!tasks) return undefined;
  if (Object.keys(tasks).length === 0) reader.report(fault('empty_body', reader.at(field), { body: field }));
  return { where: reader.at(field), tasks };
};

const readBodies = (reader: FieldReader, kind: 'tasks' | 'race' | 'try'): DraftWork | undefined => {
  const body = readBody(reader, kind);
  const concurrency = reader.number('concurrency', { min: 1, max: MAX_CONCURRENCY, integer: true });
  const rest = (field: string): DraftBody | undefined => (reader.has(field) ? readBody(reader, field) : undefined);
  const others = kind === 'try' ? { catch: rest('catch'), finally: rest('finally') } : undefined;
  if (!body) return undefined;
  if (kind === 'tasks') return { is: 'group', body, concurrency };
  return others ? { is: 'try', body, ...others } : { is: 'race', body };
};

const inner = (reader: FieldReader, field: string, known: readonly string[]): FieldReader | undefined => {
  const object = reader.record(field);
  const fields = object && reader.below(object, field);
  fields?.refuseUnknown(known);
  return fields;
};

const readMap = (reader: FieldReader): DraftWork | undefined => {
  const fields = inner(reader, 'map', ['over', 'as', 'concurrency', 'tolerate']);
  const body = readBody(reader, 'tasks');
  if (!fields) return undefined;
  const over = fields.raw('over');
  if (over === undefined) fields.report(fault('required_field', fields.where, { field: 'over' }));
  const concurrency = fields.number('concurrency', { min: 1, max: MAX_CONCURRENCY, integer: true });
  const as = readVariable(fields);
  const tolerate = readTolerance(fields);
  return body && over !== undefined ? { is: 'map', over, as, concurrency, tolerate, body } : undefined;
};

const TAKEN = [...NAMESPACES, 'tasks', 'state', 'secrets', 'index', ERROR_NAME, ...WORKFLOW_NAMES];

const readVariable = (fields: FieldReader): string => {
  const as = fields.text('as') ?? 'item';
  const isName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(as) && !isReservedWord(as) && !TAKEN.includes(as);
  if (!isName) fields.report(fault('variable_in_use', fields.at('as'), { name: as, reserved: TAKEN.join(', ') }));
  return as;
};

const readTolerance = (fields: FieldReader): Tolerance => {
  const said = fields.raw('tolerate') ?? 0;
  if (typeof said === 'number' && Number.isInteger(said) && said >= 0) return { is: 'count', count: said };
  const share = typeof said === 'string' ? /^(100|\d{1,2}(?:\.\d{1,4})?)%$/.exec(said)?.[1] : undefined;
  if (share !== undefined) return { is: 'share', share: Number(share) / 100 };
  fields.report(
    fault('wrong_type', fields.at('tolerate'), { expected: 'a whole number from 0, or a share such as "5%"' }),
  );
  return { is: 'count', count: 0 };
};

const readLoop = (reader: FieldReader): DraftWork | undefined => {
  const fields = inner(reader, 'loop', ['while', 'until', 'max_iterations']);
  const body = readBody(reader, 'tasks');
  if (!fields) return undefined;
  const maxIterations =
    fields.number('max_iterations', { min: 1, max: MAX_ITERATIONS, integer: true }) ?? DEFAULT_ITERATIONS;
  const tests = (['while', 'until'] as const).filter((field) => fields.has(field));
  const [test] = tests;
  if (test === undefined || tests.length > 1) {
    fields.report(fault('wrong_type', fields.where, { expected: 'an object with one of `while` and `until`' }));
    return undefined;
  }
  return body && { is: 'loop', test, condition: fields.raw(test) as Json, maxIterations, body };
};

/** A number of seconds, or an expression that gives one. */
const seconds = (fields: FieldReader, field: string, max = 10 * YEAR_SECONDS): Json | undefined => {
  const said = fields.raw(field);
  if (typeof said === 'string' && said.includes('${')) return said;
  return fields.number(field, { min: 0.001, max });
};

/** For so long events are kept that were given to all (semantics 20). */
const KEPT_SECONDS = 86_400;

const readWait = (reader: FieldReader, kind: string): DraftWork | undefined => {
  switch (kind) {
    case 'wait':
      return readTimer(reader);
    case 'event': {
      const fields = inner(reader, 'event', ['name', 'match', 'within', 'since']);
      if (!fields) return undefined;
      const name = fields.text('name');
      if (!fields.has('name')) fields.report(fault('required_field', fields.where, { field: 'name' }));
      const [within, since] = [seconds(fields, 'within'), seconds(fields, 'since', KEPT_SECONDS)];
      return { is: 'event', name: name ?? '', match: fields.raw('match'), within, since };
    }
    case 'approval':
      return readApproval(reader);
    case 'webhook': {
      const fields = inner(reader, 'webhook', ['within']);
      return fields && { is: 'webhook', within: seconds(fields, 'within') };
    }
    default:
      return readChild(reader);
  }
};

const readTimer = (reader: FieldReader): DraftWork | undefined => {
  const fields = inner(reader, 'wait', ['seconds', 'until']);
  if (!fields) return undefined;
  if (fields.has('seconds') === fields.has('until')) {
    fields.report(fault('wrong_type', fields.where, { expected: 'an object with one of `seconds` and `until`' }));
    return undefined;
  }
  return { is: 'wait', seconds: fields.raw('seconds'), until: fields.raw('until') };
};

const readApproval = (reader: FieldReader): DraftWork | undefined => {
  const fields = inner(reader, 'approval', ['by', 'within', 'on_timeout', 'message']);
  if (!fields) return undefined;
  const by = fields.raw('by') ?? [];
  const names: readonly Json[] = Array.isArray(by) ? by : [by];
  if (names.length > MAX_NAMES || !names.every((name) => typeof name === 'string')) {
    fields.report(fault('wrong_type', fields.at('by'), { expected: `a text or a list of at most ${MAX_NAMES} texts` }));
  }
  const onTimeout = fields.choice('on_timeout', ['fail', 'approve', 'reject']) ?? 'fail';
  // A lone expression may give the whole list.
  const whoever = typeof by === 'string' && !by.startsWith('${') ? [by] : by;
  return {
    is: 'approval',
    by: whoever,
    message: fields.text('message') ?? '',
    within: seconds(fields, 'within'),
    onTimeout,
  };
};

const readChild = (reader: FieldReader): DraftWork | undefined => {
  const fields = inner(reader, 'workflow', ['name', 'version', 'input', 'wait']);
  if (!fields) return undefined;
  const name = fields.text('name');
  if (!fields.has('name')) fields.report(fault('required_field', fields.where, { field: 'name' }));
  const version = fields.text('version');
  const input = fields.record('input') ?? {};
  return { is: 'workflow', name: name ?? '', version, input, wait: fields.flag('wait') ?? true };
};
