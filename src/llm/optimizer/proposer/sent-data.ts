import type { TaskPath } from '../../../engine/core/index.js';
import type { Json, JsonObject } from '../../../kernel/index.js';
import { edgesOf } from '../dependence/index.js';
import { actionOf, effectsOf, patternOf, type PlacedScope, type PlacedTask } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Study } from '../rules/index.js';
import type { Statistics, WorkflowHistory } from '../simulate/index.js';
import { Aliases } from './aliases.js';

/** Which words of a definition are ours or an operator's, and not those of who wrote the workflow. */
export interface KnownWords {
  /** A type of task that a plugin offers. */
  hasType(type: string): boolean;
  /** An action of a component that is registered. */
  hasAction(component: string, action: string): boolean;
}

export interface Material {
  readonly study: Study;
  readonly history: WorkflowHistory;
  readonly words: KnownWords;
  readonly found: readonly (readonly RewriteOp[])[];
  readonly experience: readonly { readonly ops: readonly RewriteOp[]; readonly status: string }[];
}

/** What is sent, and the names in it. */
export interface Sent {
  readonly data: JsonObject;
  readonly aliases: Aliases;
}

/** Bytes of the data: with the instructions it stays below the 48 KiB of which Rhetor takes no more. */
const MOST_BYTES = 40_000;
/** Former proposals and findings that are told, and ops of each. */
const MOST_TOLD = 20;
const MOST_OPS = 24;

const TYPE = /^[a-z][\w-]{0,63}\/[\w-]{1,64}$/;
const WORD = /^[\w.-]{1,64}$/;
const COMPONENT_TASK = 'tekton/action';

/** The type of a task, as far as its words are not the author's. */
const kindOf = ({ task }: PlacedTask, words: KnownWords): string => {
  const { work } = task;
  if (work.is !== 'task') return work.is;
  if (!TYPE.test(work.type) || !words.hasType(work.type)) return 'task';
  if (work.type !== COMPONENT_TASK) return work.type;
  const [, component = '', action = ''] = /^tekton\/action ([^.]+)\.(.+)$/.exec(actionOf(task) ?? '') ?? [];
  const isKnown = WORD.test(component) && WORD.test(action) && words.hasAction(component, action);
  return isKnown ? `${work.type}:${component}.${action}` : work.type;
};

const short = (value: number): string => String(Number(value.toPrecision(2)));

const measured = (statistics: Statistics | undefined): string => {
  if (!statistics || statistics.runs === 0) return '';
  const { durations, firstFails, laterFails, runs } = statistics;
  const parts = [`n=${runs}`];
  if (durations.count > 0)
    parts.unshift(`p50=${short(durations.quantile(0.5) / 1000)} p95=${short(durations.quantile(0.95) / 1000)}`);
  if (firstFails.yes > 0) parts.push(`fail=${short(firstFails.share as number)}`);
  if (laterFails.cases > 0) parts.push(`retry=${short(1 - (laterFails.share as number))}`);
  return ` ${parts.join(' ')}`;
};

/** What can be asked about a task, the more the earlier it stands: edges that could go, then time. */
const interestOf =
  (edges: ReadonlyMap<TaskPath, number>, history: WorkflowHistory) =>
  (placed: PlacedTask): number => {
    const durations = history.tasks.get(patternOf(placed))?.durations;
    const seconds = durations && durations.count > 0 ? durations.quantile(0.5) / 1000 : 0;
    return (edges.get(placed.path) ?? 0) * 1000 + Math.min(999, seconds);
  };

interface ClassedEdge {
  readonly from: PlacedTask;
  readonly to: PlacedTask;
  readonly class: string;
}

const edgesIn = ({ places, conflicts }: Study): ClassedEdge[] =>
  places.scopes.flatMap((home: PlacedScope) =>
    edgesOf(home, conflicts).map((edge) => ({
      ...{ from: home.tasks[edge.from] as PlacedTask, to: home.tasks[edge.to] as PlacedTask },
      class: edge.class,
    })),
  );

/** What an op is about, in the words of the model; undefined: it names what was not sent. */
const placeOf = (op: RewriteOp, aliases: Aliases): string | undefined => {
  if ('scope' in op) return aliases.ofScope(op.scope);
  const task = op.task === '' ? 'S0' : aliases.of(op.task);
  const id = 'needs' in op ? op.needs : 'drop' in op ? op.drop : undefined;
  if (task === undefined || id === undefined) return task;
  const sibling = aliases.of(`${op.task.slice(0, op.task.lastIndexOf('/'))}/${id}`);
  return sibling && `${task}:${sibling}`;
};

/** `remove_edge T2:T1 T3:T2, spell_out_output S0`; undefined where one op names what was not sent. */
const toldOps = (ops: readonly RewriteOp[], aliases: Aliases): string | undefined => {
  const places = new Map<string, string[]>();
  for (const op of ops.slice(0, MOST_OPS)) {
    const place = placeOf(op, aliases);
    if (place === undefined) return undefined;
    places.set(op.op, [...(places.get(op.op) ?? []), place]);
  }
  return [...places].map(([op, of]) => `${op} ${of.join(' ')}`).join(', ');
};

class Draft {
  private readonly edges: readonly ClassedEdge[];

  constructor(private readonly material: Material) {
    this.edges = edgesIn(material.study);
  }

  /** With the tasks that matter most, when all are too many. */
  sent(): Sent {
    const { tasks } = this.material.study.places;
    let kept = [...tasks];
    for (;;) {
      const sent = this.with(new Set(kept));
      const bytes = new TextEncoder().encode(JSON.stringify(sent.data)).length;
      if (bytes <= MOST_BYTES || kept.length <= 1) return sent;
      const fit = Math.floor((kept.length * MOST_BYTES * 0.95) / bytes);
      kept = this.mostInteresting(Math.max(1, Math.min(kept.length - 1, fit)));
    }
  }

  private mostInteresting(count: number): PlacedTask[] {
    const { study, history } = this.material;
    const open = new Map<TaskPath, number>();
    for (const { from, to, class: why } of this.edges)
      if (why === 'asserted' || why === 'effect')
        for (const { path } of [from, to]) open.set(path, (open.get(path) ?? 0) + (why === 'asserted' ? 2 : 1));
    const interest = interestOf(open, history);
    const ranked = study.places.tasks.map((placed) => ({ placed, interest: interest(placed) }));
    ranked.sort((a, b) => b.interest - a.interest || a.placed.index - b.placed.index);
    return ranked.slice(0, count).map(({ placed }) => placed);
  }

  private with(kept: ReadonlySet<PlacedTask>): Sent {
    const { study, found, experience } = this.material;
    const aliases = new Aliases(study.places, kept);
    const edges: Record<string, string[]> = {};
    for (const { from, to, class: why } of this.edges)
      if (kept.has(from) && kept.has(to)) (edges[why] ??= []).push(`${aliases.of(to.path)}:${aliases.of(from.path)}`);
    const told = (ops: readonly RewriteOp[]): string[] => [toldOps(ops, aliases) ?? ''].filter((text) => text !== '');
    const known = found.slice(0, MOST_TOLD).flatMap(told);
    const tried = experience
      .slice(0, MOST_TOLD)
      .flatMap(({ ops, status }) =>
        told(ops).map((text) => `${/^[a-z]{1,20}$/.test(status) ? status : 'known'}: ${text}`),
      );
    const leftOut = study.places.tasks.length - kept.size;
    const data: Record<string, Json> = {
      tasks: study.places.tasks.filter((placed) => kept.has(placed)).map((placed) => this.row(placed, aliases)),
      // One text a class: a list of texts takes a third more tokens.
      edges: Object.fromEntries(Object.entries(edges).map(([why, pairs]) => [why, pairs.join(' ')])),
      ...(known.length > 0 && { found: known }),
      ...(tried.length > 0 && { tried }),
      ...(leftOut > 0 && { left_out: leftOut }),
    };
    return { data, aliases };
  }

  private row(placed: PlacedTask, aliases: Aliases): string {
    const { study, history, words } = this.material;
    const { task, home, path } = placed;
    const effects = task.work.is === 'task' ? ` ${effectsOf(task, study.facts)}` : '';
    const bodies = study.places.scopes
      .filter(({ container }) => container === placed)
      .map((one) => aliases.ofScope(one.path));
    const holds = bodies.length === 0 ? '' : ` holds=${bodies.join(',')}`;
    const condition = task.when ? ' when' : '';
    const join = task.join.is === 'count' ? ' join' : '';
    const scope = home.container ? ` ${aliases.ofScope(home.path)}` : '';
    const what = `${aliases.of(path)}${scope} ${kindOf(placed, words)}${effects}`;
    return `${what}${holds}${condition}${join}${measured(history.tasks.get(patternOf(placed)))}`;
  }
}

/**
 * What a model is told of a workflow: aliases, types that are registered, effects, what was measured, and why tasks wait
 * for each other. No name, description, input, tag or text of an error is in it, whatever it says: there is nothing in it
 * that an author of a workflow could have written.
 */
export const sentData = (material: Material): Sent => new Draft(material).sent();
