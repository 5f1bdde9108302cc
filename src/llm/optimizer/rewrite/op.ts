import type { TaskPath } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { ScopePath } from '../ir/index.js';

/** Changes of a graph, as rules and models propose them. The list is closed: nothing else can be asked for. */
export type RewriteOp =
  /** `depends_on` of a task does not name that sibling any more. */
  | { readonly op: 'remove_edge'; readonly task: TaskPath; readonly needs: string }
  | { readonly op: 'add_edge'; readonly task: TaskPath; readonly needs: string }
  | { readonly op: 'remove_task'; readonly task: TaskPath }
  /** What reads the sibling `drop` reads the task instead. */
  | { readonly op: 'merge_tasks'; readonly task: TaskPath; readonly drop: string }
  /** Out of the body of a group, a map or a loop, beside it: once for all items and iterations. */
  | { readonly op: 'hoist_task'; readonly task: TaskPath }
  /** The output of a scope that has no mapping becomes one of what its leaves say now. */
  | { readonly op: 'spell_out_output'; readonly scope: ScopePath }
  | { readonly op: 'set_priority'; readonly task: TaskPath; readonly priority: number }
  /** Results by input, for so many seconds. */
  | { readonly op: 'set_cache'; readonly task: TaskPath; readonly ttl: number }
  /** Seconds of one attempt. */
  | { readonly op: 'set_timeout'; readonly task: TaskPath; readonly seconds: number }
  | { readonly op: 'set_retry'; readonly task: TaskPath; readonly retry_policy: JsonObject }
  /** Of a map or a group; of the workflow when the path is ''. */
  | { readonly op: 'set_concurrency'; readonly task: TaskPath; readonly concurrency: number }
  | { readonly op: 'set_on_error'; readonly task: TaskPath; readonly on_error: Json }
  | { readonly op: 'set_compensation'; readonly task: TaskPath; readonly compensate: JsonObject }
  /** A new task of a scope. */
  | { readonly op: 'insert_task'; readonly scope: ScopePath; readonly id: string; readonly definition: JsonObject }
  /** What a task says, instead of what it says now. */
  | { readonly op: 'replace_task'; readonly task: TaskPath; readonly definition: JsonObject };

export type OpName = RewriteOp['op'];

/** Why something is no op. */
export interface NotAnOp {
  readonly reason: 'not_an_object' | 'unknown_op' | 'unknown_field' | 'field_missing' | 'out_of_range';
  readonly field?: string;
}

type Check = (value: Json) => boolean;

const PATH = /^(\/[A-Za-z_][A-Za-z0-9_]{0,127})+$/;
const ID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const DAY = 86_400;

const path: Check = (value) => typeof value === 'string' && value.length <= 2048 && PATH.test(value);
const scope: Check = (value) => value === '' || path(value);
const id: Check = (value) => typeof value === 'string' && ID.test(value);
const between =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;
const wholeBetween =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && between(min, max)(value);
const object: Check = isJsonObject;
const anything: Check = () => true;

/** The fields of each op; all of them are required. */
const OPS: Readonly<Record<OpName, Readonly<Record<string, Check>>>> = {
  remove_edge: { task: path, needs: id },
  add_edge: { task: path, needs: id },
  remove_task: { task: path },
  merge_tasks: { task: path, drop: id },
  hoist_task: { task: path },
  spell_out_output: { scope },
  set_priority: { task: path, priority: wholeBetween(-1_000_000, 1_000_000) },
  set_cache: { task: path, ttl: between(1, 365 * DAY) },
  set_timeout: { task: path, seconds: between(0.001, 365 * DAY) },
  set_retry: { task: path, retry_policy: object },
  set_concurrency: { task: scope, concurrency: wholeBetween(1, 100_000) },
  set_on_error: { task: path, on_error: anything },
  set_compensation: { task: path, compensate: object },
  insert_task: { scope, id, definition: object },
  replace_task: { task: path, definition: object },
};

export const OP_NAMES = Object.keys(OPS) as readonly OpName[];

/** An op of what a model wrote, or why it is none (gate `schema`). */
export const parseOp = (value: unknown): RewriteOp | NotAnOp => {
  if (!isJsonObject(value)) return { reason: 'not_an_object' };
  const source = value;
  const { op } = source;
  if (typeof op !== 'string' || !Object.hasOwn(OPS, op)) return { reason: 'unknown_op' };
  const fields = OPS[op as OpName];
  const unknown = Object.keys(source).find((field) => field !== 'op' && !Object.hasOwn(fields, field));
  if (unknown !== undefined) return { reason: 'unknown_field', field: unknown };
  for (const [field, check] of Object.entries(fields)) {
    if (!Object.hasOwn(source, field)) return { reason: 'field_missing', field };
    if (!check(source[field] as Json)) return { reason: 'out_of_range', field };
  }
  return source as unknown as RewriteOp;
};

export const isOp = (parsed: RewriteOp | NotAnOp): parsed is RewriteOp => 'op' in parsed;
