import { patternOf, type TaskCatalogue } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import { plainWords, scrubbed } from '../../untrusted/index.js';
import { NO_USAGE } from '../../lines/index.js';
import type { AskBudget, ModelAsker } from '../asking/index.js';
import { tasksOf } from '../task-index.js';
import type { Cause, Evidence } from './cause.js';
import { causesOf, diagnose, type Diagnosis } from './diagnose-execution.js';

/** Causes, and evidence of each, that a model is told of, and characters of a text. */
const MOST_CAUSES = 10;
const MOST_EVIDENCE = 8;
const LONGEST = 300;
const MOST_WORDS = 400;

/** Who may be asked for words of their own. */
export interface Asked {
  readonly models: ModelAsker;
  readonly workflow: Uuid;
  readonly catalogue: Pick<TaskCatalogue, 'find'>;
  readonly budget: AskBudget;
}

/** What a model is told, and what its names stand for. */
interface Told {
  readonly data: JsonObject;
  readonly facts: ReadonlyMap<string, Evidence>;
  readonly addresses: ReadonlyMap<string, string>;
}

const TYPE = /^[a-z][\w-]{0,63}\/[\w-]{1,64}$/;

/** Steps by alias: a model hears what happened to T1, not how somebody called it. */
class Aliases {
  readonly byAddress = new Map<string, string>();

  of(address: string): string {
    const known = this.byAddress.get(address) ?? `T${this.byAddress.size + 1}`;
    this.byAddress.set(address, known);
    return known;
  }

  /** A text without the addresses that have one. The longest first: `/a` is also the beginning of `/a/b`. */
  in(text: string): string {
    const known = [...this.byAddress].sort(([a], [b]) => b.length - a.length);
    return known.reduce((told, [address, alias]) => told.replaceAll(address, alias), text);
  }
}

const told = (about: Diagnosis, causes: readonly Cause[], catalogue: Asked['catalogue']): Told => {
  const aliases = new Aliases();
  const shown = causes.slice(0, MOST_CAUSES);
  for (const { step, evidence } of shown)
    for (const one of [step, ...evidence.map((seen) => seen.step)]) if (one) aliases.of(one);
  const facts = new Map<string, Evidence>();
  const rows: Json[] = [];
  const add = (evidence: Evidence): void => {
    const id = `F${facts.size + 1}`;
    facts.set(id, evidence);
    const { step } = evidence;
    rows.push({
      id,
      ...(step !== undefined && { task: aliases.of(step) }),
      says: scrubbed(aliases.in(evidence.text), LONGEST),
    });
  };
  for (const { step, text, evidence } of shown) {
    add({ seq: undefined, step: step ?? undefined, text });
    evidence.slice(0, MOST_EVIDENCE).forEach(add);
  }
  const tasks = tasksOf(about.record.compiled);
  const types = [...aliases.byAddress].map(([address, alias]): Json => {
    const work = tasks.get(patternOf(address))?.task.work;
    const type =
      work?.is === 'task'
        ? TYPE.test(work.type) && catalogue.find(work.type)
          ? work.type
          : 'task'
        : (work?.is ?? 'task');
    return { task: alias, type };
  });
  const data = { status: about.record.state.status.is, tasks: types, facts: rows };
  return { data, facts, addresses: new Map([...aliases.byAddress].map(([address, alias]) => [alias, address])) };
};

const LIKELIHOODS: ReadonlySet<Json | undefined> = new Set(['high', 'medium', 'low']);

const resolved = (text: string, { addresses }: Told): string =>
  text.replace(/\bT\d{1,5}\b/g, (alias) => addresses.get(alias) ?? alias);

/** A cause in a model's words; undefined: it rests on nothing that it was told. */
const causeOf = (said: Json, known: Told): JsonObject | undefined => {
  if (!isJsonObject(said)) return undefined;
  const ids = Array.isArray(said.evidence) ? (said.evidence as readonly Json[]) : [];
  const evidence = [...new Set(ids)].flatMap((id) => (typeof id === 'string' ? (known.facts.get(id) ?? []) : []));
  const text = plainWords(said.cause, { longest: MOST_WORDS });
  if (evidence.length === 0 || text === undefined || !LIKELIHOODS.has(said.likelihood)) return undefined;
  const cure = plainWords(said.cure, { longest: MOST_WORDS });
  return {
    text: resolved(text, known),
    likelihood: said.likelihood as string,
    cure: cure === undefined ? null : resolved(cure, known),
    evidence: evidence.map((one) => ({ seq: one.seq ?? null, step: one.step ?? null, text: one.text })),
  };
};

/** A diagnosis, and a model's words about it if one is asked. The diagnosis is the same whatever that says. */
export const diagnoseInWords = async (about: Diagnosis, asked: Asked | undefined): Promise<JsonObject> => {
  const causes = causesOf(about);
  const floor = diagnose(about, causes);
  const without = { ...floor, narrative: null, usage: { ...NO_USAGE } };
  // Nothing is wrong with it: there is nothing to ask.
  if (!asked || causes.length === 0) return { ...without, degraded: null };
  const { models, workflow, budget, catalogue } = asked;
  const known = told(about, causes, catalogue);
  const answer = await models.ask({ purpose: 'diagnose', data: known.data, workflow, budget });
  const usage = { ...answer.usage };
  if (answer.is === 'silent') return { ...without, degraded: { ...answer.degraded }, usage };
  const said = isJsonObject(answer.value ?? null) ? (answer.value as JsonObject).causes : undefined;
  const read = (Array.isArray(said) ? (said as readonly Json[]) : []).map((one) => causeOf(one, known));
  const found = read.flatMap((one) => one ?? []);
  answer.judge({ accepted: found.length, rejected: {}, unusable: read.length - found.length });
  const { provider, model, promptVersion, degraded } = answer;
  return {
    ...floor,
    narrative: { causes: found, untrusted: true, provider, model, prompt_version: promptVersion },
    degraded: degraded ? { ...degraded } : null,
    usage,
  };
};
