import type { Step, TaskPath } from '../../../src/engine/core/index.js';
import { effectsOf, paces } from '../../../src/llm/optimizer/ir/index.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { mix } from './mixing.js';
import type { Setting } from './situation.js';
import { doingOf, hashOf, pastOf, type Doing, type Effect } from './trace.js';
import { giftOf, outcomeOf, type Outcome } from './world.js';

const paths = new Map<string, TaskPath>();

/** An address without its items and iterations. */
const pathOf = (address: string): TaskPath => {
  if (!address.includes('[')) return address;
  const known = paths.get(address);
  if (known !== undefined) return known;
  const path = address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
  paths.set(address, path);
  return path;
};

const UNDOING = '!compensate';

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** What was done in an execution, and what is being done. */
export class Deeds {
  private constructor(
    private readonly setting: Setting,
    readonly log: Effect[],
    /** Attempts that have done what they do, and have not ended. */
    readonly acted: Map<string, Outcome>,
    /** Executions that were started and are not awaited: they act when they like. */
    readonly detached: Map<string, Doing & { readonly said: string }>,
    private readonly known: Map<string, Json>,
  ) {}

  static none(setting: Setting): Deeds {
    return new Deeds(setting, [], new Map(), new Map(), new Map());
  }

  copy(): Deeds {
    const { setting, log, acted, detached, known } = this;
    return new Deeds(setting, [...log], new Map(acted), new Map(detached), new Map(known));
  }

  /** Where the base has the task of a step. */
  placeOf({ address }: Step): TaskPath {
    const path = pathOf(address);
    const isUndoing = path.endsWith(UNDOING);
    const own = isUndoing ? path.slice(0, -UNDOING.length) : path;
    return (this.setting.stands[own] ?? own) + (isUndoing ? UNDOING : '');
  }

  doingOf(step: Step): Doing | undefined {
    return doingOf(step.task, this.placeOf(step), this.setting.facts);
  }

  /** An attempt does what it does. */
  attempt(step: Step, input: JsonObject, attempt: number): Outcome {
    const { world, facts } = this.setting;
    const { task } = step;
    const action = worldlyAction(step, input);
    const said = `${action} ${canonicalJson(input)}`;
    const doing = this.doingOf(step);
    const does = paces(task) ? 'pure' : effectsOf(task, facts);
    const past = doing ? pastOf(this.log, doing, facts) : '';
    const hash = mix(does === 'pure' ? said : `${said}\n${past}`, world.seed);
    const about = { does, action, path: this.placeOf(step), hash, attempt };
    const outcome = outcomeOf(world, { ...about, hasTimeout: task.timeout !== undefined });
    if (doing) this.note(doing, said, outcome);
    return outcome;
  }

  /** Somebody or something outside answers a step that waits. */
  answer(step: Step, said: string): number {
    const doing = this.doingOf(step);
    if (!doing) throw new Error(`${step.address} waits for nothing`);
    const { world, facts } = this.setting;
    const hash = mix(`${doing.path} ${said}\n${pastOf(this.log, doing, facts)}`, world.seed);
    this.note(doing, said, undefined);
    return hash;
  }

  /** An execution of another workflow: as one write. */
  child(step: Step, name: string, input: Json): Outcome {
    const { world, facts } = this.setting;
    const doing = this.doingOf(step) as Doing;
    const said = `workflow ${name} ${canonicalJson(input)}`;
    const hash = mix(`${said}\n${pastOf(this.log, doing, facts)}`, world.seed);
    const outcome = outcomeOf(world, {
      ...{ does: 'write', action: said, path: doing.path, hash, attempt: 1 },
      hasTimeout: step.task.timeout !== undefined,
    });
    this.note(doing, said, outcome);
    return outcome;
  }

  detach(step: Step, name: string, input: Json): void {
    const doing = this.doingOf(step) as Doing;
    this.detached.set(step.address, { ...doing, said: `workflow ${name} ${canonicalJson(input)}` });
  }

  actDetached(address: string): void {
    const doing = this.detached.get(address);
    if (!doing) throw new Error(`nothing was started at ${address}`);
    this.detached.delete(address);
    this.note(doing, doing.said, undefined);
  }

  isKnown(key: string): boolean {
    return this.setting.world.isWarm || this.known.has(key);
  }

  learn(key: string, output: Json): void {
    this.known.set(key, output);
  }

  /** What is known under a key: of this execution, or of one before. */
  recall(key: string, step: Step, input: JsonObject): Json {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { world, facts } = this.setting;
    const said = `${worldlyAction(step, input)} ${canonicalJson(input)}`;
    const isPure = effectsOf(step.task, facts) === 'pure';
    return giftOf(mix(isPure ? said : `${said} before`, world.seed));
  }

  /** What the execution will come to depends on this, beside its state. */
  get pending(): string {
    const { acted, detached, known } = this;
    if (acted.size + detached.size + known.size === 0) return '';
    return JSON.stringify([[...acted].sort(byKey), [...detached.keys()].sort(), [...known.keys()].sort()]);
  }

  private note(doing: Doing, said: string, outcome: Outcome | undefined): void {
    const { world, facts } = this.setting;
    const words = outcome?.is === 'failed' ? outcome.failure.code : 'done';
    const hash = hashOf(world.seed, [doing.deed, said, words, pastOf(this.log, doing, facts)]);
    this.log.push({ ...doing, said, outcome: words, hash });
  }
}

/** A component that is worked out at the call is the same to the world as one that is written down. */
const worldlyAction = ({ task: { work } }: Step, input: JsonObject): string => {
  if (work.is !== 'task') return work.is;
  if (work.type !== 'tekton/action' || !isJsonObject(input)) return work.type;
  return `${work.type} ${String(input.component)}.${String(input.action)}`;
};
