import type { Effects } from '../../../engine/core/index.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { actionOf, effectsOf, type Objection, type PlacedTask } from '../ir/index.js';
import type { MissingFact } from '../../ports/index.js';
import { isOp, parseOp, type OpName, type RewriteOp } from '../rewrite/index.js';
import type { Study } from '../rules/index.js';
import { plainWords } from '../../untrusted/index.js';
import type { Aliases } from './aliases.js';

/** A line of an answer. */
export type ReadLine =
  | { readonly is: 'ops'; readonly ops: readonly RewriteOp[]; readonly narrative: string | undefined }
  | { readonly is: 'question'; readonly missing: MissingFact; readonly narrative: string | undefined }
  /** It was meant as one of them. */
  | { readonly is: 'refused'; readonly objection: Objection }
  /** It is nothing that was asked for. */
  | { readonly is: 'nothing' };

export interface Reading {
  readonly study: Study;
  readonly aliases: Aliases;
  readonly offered: ReadonlySet<OpName>;
}

const MOST_OPS = 20;
/** Characters that are kept of what a model says about a proposal. */
const LONGEST_WORDS = 400;
/** From the weakest to the strongest. */
const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];

const refused = (gate: Objection['gate'], reason: string, detail: string): { is: 'refused'; objection: Objection } => ({
  is: 'refused',
  objection: { gate, reason, detail },
});
type Refused = ReturnType<typeof refused>;

const stranger = (): Refused => refused('referents', 'unknown_alias', 'it names what it was not told of');

/** Reads a line of a model: aliases become paths, and what is not offered is refused. Nothing of it is believed. */
export const readLine = (value: Json, reading: Reading): ReadLine => {
  if (!isJsonObject(value)) return { is: 'nothing' };
  if (value.ask !== undefined) return readQuestion(value, reading);
  const given = typeof value.op === 'string' ? [withoutWhy(value)] : value.ops;
  if (!Array.isArray(given)) return { is: 'nothing' };
  if (given.length === 0 || given.length > MOST_OPS)
    return refused('parse', 'no_ops', `a list of 1 to ${MOST_OPS} ops`);
  const ops: RewriteOp[] = [];
  for (const one of given as readonly Json[]) {
    const op = readOp(one, reading);
    if ('is' in op) return op;
    ops.push(op);
  }
  return { is: 'ops', ops, narrative: wordsOf(value, reading) };
};

const withoutWhy = ({ why: _, ...op }: JsonObject): JsonObject => op;

const wordsOf = ({ why }: JsonObject, { aliases }: Reading): string | undefined => {
  const words = plainWords(why, { longest: LONGEST_WORDS });
  return words === undefined ? undefined : aliases.resolved(words);
};

const readOp = (given: Json, reading: Reading): RewriteOp | Refused => {
  if (!isJsonObject(given)) return refused('schema', 'not_an_object', 'an op is an object');
  const { op } = given;
  if (typeof op !== 'string' || !reading.offered.has(op as OpName))
    return refused('schema', 'op_not_offered', 'it is none of the ops that were offered');
  const resolved = resolve(given, reading.aliases);
  if (!resolved) return stranger();
  const parsed = parseOp(resolved);
  return isOp(parsed) ? parsed : refused('schema', parsed.reason, `a field of ${op}`);
};

/** The op with paths and ids for its aliases; undefined: it names something else. */
const resolve = (given: JsonObject, aliases: Aliases): JsonObject | undefined => {
  const found: Record<string, Json> = { ...given };
  const place = aliases.task(given.task);
  if (given.task !== undefined) {
    const path = place?.path ?? (given.op === 'set_concurrency' ? aliases.scope(given.task) : undefined);
    if (path === undefined || (!place && path !== '')) return undefined;
    found.task = path;
  }
  for (const field of ['needs', 'drop'] as const) {
    if (given[field] === undefined) continue;
    const id = siblingId(given[field], place, aliases);
    if (id === undefined) return undefined;
    found[field] = id;
  }
  if (given.scope !== undefined) {
    const scope = aliases.scope(given.scope);
    if (scope === undefined) return undefined;
    found.scope = scope;
  }
  return given.op === 'set_on_error' ? withHandler(found, place, aliases) : found;
};

const siblingId = (alias: Json | undefined, of: PlacedTask | undefined, aliases: Aliases): string | undefined => {
  const sibling = aliases.task(alias);
  return sibling && sibling !== of && sibling.home === of?.home ? sibling.task.id : undefined;
};

/** `fail`, `continue`, or a sibling that takes over. */
const withHandler = (op: JsonObject, place: PlacedTask | undefined, aliases: Aliases): JsonObject | undefined => {
  const { on_error: given } = op;
  if (given === 'fail' || given === 'continue') return op;
  if (!isJsonObject(given) || Object.keys(given).join() !== 'goto') return undefined;
  const id = siblingId(given.goto, place, aliases);
  return id === undefined ? undefined : { ...op, on_error: { goto: id } };
};

const readQuestion = (value: JsonObject, reading: Reading): ReadLine => {
  const { ask } = value;
  const place = reading.aliases.task(value.task);
  if (!place) return stranger();
  const missing = ask === 'effects' ? missingEffects(value, place, reading) : missingOrder(value, place, reading);
  return 'is' in missing ? missing : { is: 'question', missing, narrative: wordsOf(value, reading) };
};

/** Only of an action that somebody could state something of, and only less than what is taken for granted now. */
const missingEffects = ({ effects }: JsonObject, place: PlacedTask, { study }: Reading): MissingFact | Refused => {
  const asked = EFFECTS.find((one) => one === effects);
  const action = actionOf(place.task);
  const isWeaker = asked !== undefined && EFFECTS.indexOf(asked) < EFFECTS.indexOf(effectsOf(place.task, study.facts));
  if (!isWeaker || action === undefined || place.task.ownEffects || place.task.compensate)
    return refused('precondition', 'nothing_to_ask', 'nobody can state that of this task');
  return { about: 'effects', task: place.path, action, effects: asked };
};

const missingOrder = (
  { ask, other }: JsonObject,
  place: PlacedTask,
  { aliases, study }: Reading,
): MissingFact | Refused => {
  if (ask !== 'order') return refused('schema', 'unknown_question', 'effects, order');
  const id = siblingId(other, place, aliases);
  if (id === undefined) return stranger();
  const sibling = place.home.tasks.find(({ task }) => task.id === id) as PlacedTask;
  const { conflicts } = study;
  const isBarrier = conflicts.isBarrier(place.index) || conflicts.isBarrier(sibling.index);
  if (isBarrier || !conflicts.needOrderWithin(place, sibling))
    return refused('precondition', 'nothing_to_ask', 'their order is settled');
  return { about: 'order', scope: place.home.path, tasks: [place.task.id, id] };
};

/** Names a list of ops whatever the order of fields. */
export const nameOfOps = (ops: readonly RewriteOp[]): string => canonicalJson(JSON.parse(JSON.stringify(ops)) as Json);
