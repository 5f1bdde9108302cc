import type { KeptOutcome } from '../../../src/engine/core/index.js';
import type { Json } from '../../../src/kernel/index.js';
import {
  gatesOf,
  itemsOf,
  leavesOf,
  needsOf,
  sightInside,
  VARIABLES,
  variablesOf,
  type Holds,
  type PlainBody,
  type PlainContainer,
  type PlainTask,
  type PlainWorkflow,
  type PlainWork,
  type Sight,
} from './plain-workflow.js';
import { isInside, type PlainHistory } from './plain-history.js';

/**
 * docs/semantics.md by the letter: what becomes of every step when it is known beforehand how each one ends, and, where
 * the rules leave it to time, in which order. Everything is worked out from final outcomes, without counters or events.
 * Slow and plain on purpose: the engine's core is held to it.
 */

export type Ending =
  | { readonly is: 'completes'; readonly output: Json }
  | { readonly is: 'fails'; readonly kind: string; readonly code: string };

export type Fate =
  | { readonly is: 'completed'; readonly output: Json }
  | { readonly is: 'failed'; readonly handled: string; readonly kind: string; readonly code: string }
  | { readonly is: 'skipped'; readonly cause: string }
  | { readonly is: 'canceled' };

/** What is known beforehand, and what time decided. */
export interface Known {
  readonly yes: boolean;
  /** How the work at an address ends when it runs. */
  readonly ending: (address: string) => Ending | undefined;
  /** Constructs whose timeout was met. */
  readonly elapsed: ReadonlySet<string>;
  readonly history: PlainHistory;
}

export interface Fates {
  readonly steps: ReadonlyMap<string, Fate>;
  /** What the first attempts are given. */
  readonly inputs: ReadonlyMap<string, Json>;
  readonly execution: Outcome;
}

/** How a scope ends. `cut`: something around it ends before it does. */
export type Outcome =
  | { readonly is: 'completed'; readonly output: Json }
  | { readonly is: 'failed'; readonly kind: string; readonly code: string }
  | { readonly is: 'canceled' }
  | { readonly is: 'cut' };

interface Around extends Sight {
  readonly values: Readonly<Record<string, Json>>;
  /** What the expressions of enclosing scopes see of tasks. */
  readonly seen: (id: string, at: number) => Json;
}

export const fatesOf = (workflow: PlainWorkflow, known: Known): Fates => {
  const reference = new Reference(workflow, known);
  const around = { tasks: [], variables: [], values: {}, seen: () => null };
  const execution = reference.scope(workflow.body, { address: '', around });
  reference.checkCanceled();
  return { steps: reference.steps, inputs: reference.inputs, execution };
};

interface Place {
  readonly address: string;
  readonly around: Around;
  readonly isRace?: boolean;
}

const CUT: Outcome = { is: 'cut' };

class Reference {
  readonly steps = new Map<string, Fate>();
  readonly inputs = new Map<string, Json>();
  /** Scopes that failed, with the position of their first failure. */
  private readonly failures = new Map<string, number>();
  private readonly waits = new Set<string>();

  constructor(
    private readonly workflow: PlainWorkflow,
    private readonly known: Known,
  ) {}

  /** What a body comes to. */
  scope(body: PlainBody, { address, around, isRace = false }: Place, said?: string): Outcome {
    const fates = new Map<string, Fate | undefined>();
    for (const task of body) fates.set(task.id, this.step(task, { body, address, around, fates }));
    const fateOf = (id: string): Fate | undefined => fates.get(id);
    const failed = body.filter(({ id }) => isLost(fateOf(id)));
    const isOpen = body.some(({ id }) => fateOf(id) === undefined);
    if (isRace) {
      const winners = leavesOf(body).filter(({ id }) => fateOf(id)?.is === 'completed');
      const winner = this.first(address, winners);
      if (winner) return { is: 'completed', output: { winner: winner.id, output: outputOf(fateOf(winner.id)) } };
    }
    const first = this.first(address, failed);
    if (first && !isRace) this.failures.set(address, this.endOf(`${address}/${first.id}`));
    if (isOpen && !(first && this.workflow.failFast && !isRace)) return CUT;
    if (first) return failureOf(fateOf(first.id));
    if (body.some(({ id }) => fateOf(id)?.is === 'canceled')) return { is: 'canceled' };
    if (isRace) return { is: 'completed', output: { winner: null, output: null } };
    if (said !== undefined)
      return { is: 'completed', output: { status: statusOf(fateOf(said)), output: outputOf(fateOf(said)) } };
    const leaves = leavesOf(body).filter(({ id }) => fateOf(id)?.is === 'completed');
    return { is: 'completed', output: Object.fromEntries(leaves.map(({ id }) => [id, outputOf(fateOf(id))])) };
  }

  /** A try body whose `catch` was taken over from another execution: it is over, and nothing is told of what was canceled. */
  private isTakenOver(address: string): boolean {
    const { began, carried } = this.known.history;
    const [, guard] = /^(.*)\/try$/.exec(address) ?? [];
    return guard !== undefined && (began.get(`${guard}/catch`) ?? Infinity) <= carried;
  }

  /**
   * Whatever was canceled by itself was a wait in a scope that had failed, and no wait outlived such a failure. Of what
   * comes about at once (deadlines that are overdue after a pause) no order is said.
   */
  checkCanceled(): void {
    const { history } = this.known;
    for (const address of this.waits) {
      const end = this.endOf(address);
      // What is kept of an earlier generation may have been canceled by a failure that is gone: it was looked at then.
      if (end < history.reopenedAt) continue;
      const failures = [...this.failures].filter(([scope, at]) => isInside(address, scope) && at < end);
      if (history.canceled.has(address) && failures.length === 0)
        throw new Error(`${address} was canceled for nothing`);
      const isOutlived = failures.some(([, at]) => !history.isTogether(at, end));
      if (!history.canceled.has(address) && isOutlived) throw new Error(`${address} outlived the failure of its scope`);
    }
  }

  private endOf(address: string): number {
    return this.known.history.ended.get(address) ?? Infinity;
  }

  private first(scope: string, tasks: PlainBody): PlainTask | undefined {
    return [...tasks].sort((a, b) => this.endOf(`${scope}/${a.id}`) - this.endOf(`${scope}/${b.id}`))[0];
  }

  /** Undefined: it never ended, since what is around it ended before; the caller's scope is cut. */
  private step(task: PlainTask, here: Here): Fate | undefined {
    const address = `${here.address}/${task.id}`;
    const fate = this.undisturbed(task, { ...here, task, address });
    const hasEnded = this.known.history.ended.has(address);
    this.steps.set(address, hasEnded ? (fate ?? { is: 'canceled' }) : { is: 'canceled' });
    if (hasEnded && !fate) throw new Error(`${address} has ended, and something it waits for has not`);
    if (hasEnded) return fate;
    return this.isTakenOver(here.address) ? { is: 'canceled' } : undefined;
  }

  /** Undefined: something that it waits for never ended. */
  private undisturbed(task: PlainTask, at: At): Fate | undefined {
    const kept = this.known.history.kept.get(at.address);
    const isSkipped = kept?.is === 'skipped' && kept.cause === 'operator';
    if (isSkipped || this.known.history.skipped.has(at.address)) return { is: 'skipped', cause: 'operator' };
    const stopped = this.gated(task, at) ?? this.joined(task, at);
    if (stopped && !this.ranWithout(task, at)) return stopped === 'undecided' ? undefined : stopped;
    if (task.when === 'fails') return this.failed(task, EXPRESSION);
    if (!this.holds(task.when)) return { is: 'skipped', cause: 'condition' };
    return this.worked(task, at);
  }

  /**
   * R3: what had run, or begun, before something that it waits for was decided anew stays. Nothing else can have begun
   * before what it waits for ended; what others skipped never stays.
   */
  private ranWithout(task: PlainTask, { body, address }: At): boolean {
    const { history } = this.known;
    const began = history.began.get(address) ?? history.ended.get(address);
    if (began === undefined || history.passedOver.has(address)) return false;
    if (history.isFirst) return false;
    const before = [...needsOf(task, body), ...gatesOf(task, body).map(({ id }) => id)];
    return before.some((id) => this.endOf(address.slice(0, -task.id.length) + id) > began);
  }

  private holds(when: Holds): boolean {
    return when === 'input' ? this.known.yes : when !== false;
  }

  /** A task that others may choose runs only if one of them did, once all have spoken. */
  private gated(task: PlainTask, { body, fates }: At): Fate | 'undecided' | undefined {
    const gates = gatesOf(task, body);
    if (gates.some(({ id }) => fates.get(id) === undefined)) return 'undecided';
    if (gates.length === 0 || gates.some((gate) => chose(gate, fates.get(gate.id), task.id))) return undefined;
    return { is: 'skipped', cause: gates.every(({ id }) => isLost(fates.get(id))) ? 'upstream' : 'branch' };
  }

  private joined(task: PlainTask, { body, fates }: At): Fate | 'undecided' | undefined {
    const needs = needsOf(task, body).map((id) => fates.get(id));
    const undecided = needs.filter((need) => need === undefined).length;
    if (task.join === 'all') {
      if (undecided > 0) return 'undecided';
      const runs = !needs.some(standsInTheWay) && (needs.length === 0 || needs.some(carries));
      return runs ? undefined : { is: 'skipped', cause: 'upstream' };
    }
    const completed = needs.filter((need) => need?.is === 'completed').length;
    if (completed >= task.join) return undefined;
    return completed + undecided >= task.join ? 'undecided' : { is: 'skipped', cause: 'upstream' };
  }

  private worked(task: PlainTask, at: At): Fate | undefined {
    const { work } = task;
    const kept = this.known.history.kept.get(at.address);
    if (kept && work.is !== 'switch') return this.concluded(task, keptOutcome(kept));
    switch (work.is) {
      case 'switch': {
        const taken = work.branches.find(({ when }) => when === 'fails' || this.holds(when));
        if (taken?.when === 'fails') return this.failed(task, EXPRESSION);
        return { is: 'completed', output: taken?.goto ?? null };
      }
      case 'task':
        if (this.known.ending(at.address) || this.known.history.inputs.has(at.address)) this.shows(work, at);
        return this.concluded(task, this.ended(at.address));
      case 'wait':
        // Another execution is no wait: it goes on, as all work does.
        if (!work.wait.startsWith('workflow') && this.known.history.ended.has(at.address)) this.waits.add(at.address);
        if (this.known.history.canceled.has(at.address)) return { is: 'canceled' };
        return this.concluded(task, this.ended(at.address));
      default:
        return this.constructed(task, work, at);
    }
  }

  private ended(address: string): Outcome {
    const ending = this.known.ending(address);
    if (!ending) return CUT;
    return ending.is === 'fails' ? { ...ending, is: 'failed' } : { is: 'completed', output: ending.output };
  }

  private constructed(task: PlainTask, work: PlainContainer, at: At): Fate | undefined {
    if (!this.known.history.began.has(at.address)) return undefined;
    const outcome = this.inside(work, { ...at, around: this.aroundInside(at) });
    return this.concluded(task, this.known.elapsed.has(at.address) ? TIMEOUT : outcome);
  }

  private concluded(task: PlainTask, outcome: Outcome): Fate | undefined {
    if (outcome.is === 'cut') return undefined;
    return outcome.is === 'failed' ? this.failed(task, outcome) : outcome;
  }

  /** The first handler whose class fits says what a failure means. */
  private failed({ handlers }: PlainTask, { kind, code }: { readonly kind: string; readonly code: string }): Fate {
    const then = handlers.find(({ classes }) => !classes || classes.includes(kind) || classes.includes(code))?.then;
    const handled = typeof then === 'object' ? `goto ${then.goto}` : (then ?? 'fail');
    return { is: 'failed', handled, kind, code };
  }

  private aroundInside({ task, body, around, fates, address }: At): Around {
    const scope = address.slice(0, -task.id.length);
    const seen = (id: string, when: number): Json => {
      if (!fates.has(id)) return around.seen(id, when);
      // What goes on without it sees that it is not there yet (semantics 8).
      if (this.endOf(scope + id) > when) return NOT_THERE;
      return [statusOf(fates.get(id)), outputOf(fates.get(id))];
    };
    return { ...around, ...sightInside(task, body, around), seen };
  }

  private inside(work: PlainContainer, { address, around }: At): Outcome {
    switch (work.is) {
      case 'group':
        return this.scope(work.body, { address, around }, work.said);
      case 'race':
        return this.scope(work.body, { address, around, isRace: true });
      case 'try':
        return this.tried(work, { address, around });
      case 'map':
        return this.mapped(work, { address, around });
      case 'loop':
        return this.looped(work, { address, around });
    }
  }

  /** The outcome of `try`, else that of `catch`; unless `finally` fails, or what had completed is canceled in it. */
  private tried(work: Of<'try'>, { address, around }: Place): Outcome {
    let outcome = this.body(work.body, { address: `${address}/try`, around });
    if (outcome.is === 'failed' && work.catch) {
      const variables = withVariables(around, 'catch', { error: outcome.code });
      outcome = this.body(work.catch, { address: `${address}/catch`, around: variables });
    }
    if (outcome.is === 'cut' || !work.finally) return outcome;
    const last = this.body(work.finally, { address: `${address}/finally`, around });
    if (last.is === 'failed' || last.is === 'cut') return last;
    return outcome.is === 'completed' && last.is === 'canceled' ? last : outcome;
  }

  /** A body that has its own beginning. */
  private body(body: PlainBody, place: Place, said?: string): Outcome {
    const { began } = this.known.history;
    const isFirst = place.address.endsWith('/try');
    return isFirst || began.has(place.address) ? this.scope(body, place, said) : CUT;
  }

  private mapped(work: Of<'map'>, { address, around }: Place): Outcome {
    const { history } = this.known;
    const { closed, keptItems } = history;
    const items = itemsOf(work.over).map(({ key, value }, index) => {
      const item = `${address}[${JSON.stringify(key)}]`;
      const kept = keptItems.get(item);
      if (kept?.is === 'completed') return { outcome: kept, at: 0 };
      const inner = withVariables(around, 'map', { item: value, index });
      const outcome = this.body(work.body, { address: item, around: inner }, work.said);
      const at = closed.get(item);
      if (at !== undefined && outcome.is === 'cut') throw new Error(`${item} is closed, and it has not ended`);
      return { outcome: at === undefined ? CUT : outcome, at: at ?? Infinity };
    });
    const failed = items.filter(({ outcome }) => outcome.is === 'failed').sort((a, b) => a.at - b.at);
    if (failed.length > work.tolerate) {
      // What had failed before it was reopened counts from then on, beside what is over at once.
      const last = Math.max(failed[work.tolerate]?.at ?? 0, history.reopenedAt);
      const counted = failed.filter(({ at }) => at <= last || history.isTogether(at, last));
      return (items.find((item) => counted.includes(item)) as (typeof items)[number]).outcome;
    }
    if (items.some(({ outcome }) => outcome.is === 'cut')) return CUT;
    if (items.some(({ outcome }) => outcome.is === 'canceled')) return { is: 'canceled' };
    return {
      is: 'completed',
      output: items.map(({ outcome }) => (outcome.is === 'completed' ? outcome.output : null)),
    };
  }

  private looped(work: Of<'loop'>, { address, around }: Place): Outcome {
    let previous: Json = null;
    for (let index = 0; ; index++) {
      if (work.test === 'while' && index >= work.rounds) return { is: 'completed', output: previous };
      if (index >= work.most) return { is: 'failed', kind: 'fatal', code: 'loop_limit' };
      const inner = withVariables(around, 'loop', { index, previous });
      const outcome = this.body(work.body, { address: `${address}[${index}]`, around: inner }, work.said);
      if (outcome.is !== 'completed') return outcome;
      previous = outcome.output;
      if (work.test === 'until' && index + 1 >= work.rounds) return outcome;
    }
  }

  /** The input of a task, where it shows what the task sees. */
  private shows({ reads, readsInput }: Of<'task'>, at: At): void {
    const { task, body, around, address, fates } = at;
    const inside = this.aroundInside(at);
    const entries: [string, Json][] = readsInput ? [['input', this.known.yes]] : [];
    if (reads) {
      const when = this.known.history.started.get(address) ?? Infinity;
      for (const id of inside.tasks) entries.push([id, inside.seen(id, when)]);
      for (const name of variablesOf(task, body, around)) entries.push([name, around.values[name] ?? null]);
      const handled = gatesOf(task, body).filter((gate) => {
        const fate = fates.get(gate.id);
        return fate?.is === 'failed' && chose(gate, fate, task.id);
      });
      const source = fates.get(this.first(at.address.slice(0, -task.id.length - 1), handled)?.id ?? '');
      if (source?.is === 'failed') entries.push(['error', source.code]);
      else if (variablesOf(task, body, around).includes('error') && around.values.error === undefined)
        entries.push(['error', 'none']);
    }
    this.inputs.set(address, Object.fromEntries(entries));
  }
}

interface Here {
  readonly body: PlainBody;
  readonly address: string;
  readonly around: Around;
  /** Of the tasks before it; undefined where one never ended. */
  readonly fates: ReadonlyMap<string, Fate | undefined>;
}

interface At extends Here {
  readonly task: PlainTask;
}

type Of<K extends PlainWork['is']> = Extract<PlainWork, { is: K }>;

/** What a task that has not ended shows to others: a status that is not final, and no output. */
export const NOT_THERE: Json = ['not there yet', null];
const EXPRESSION = { kind: 'fatal', code: 'expression_error' };
const TIMEOUT: Outcome = { is: 'failed', kind: 'timeout', code: 'timeout' };

const withVariables = (around: Around, kind: string, values: Readonly<Record<string, Json>>): Around => ({
  ...around,
  variables: [...around.variables, ...(VARIABLES[kind] ?? [])],
  values: { ...around.values, ...values },
});

const isLost = (fate: Fate | undefined): boolean => fate?.is === 'failed' && fate.handled === 'fail';

const failureOf = (fate: Fate | undefined): Outcome => {
  if (fate?.is !== 'failed') throw new Error('it has not failed');
  return { is: 'failed', kind: fate.kind, code: fate.code };
};

const outputOf = (fate: Fate | undefined): Json => (fate?.is === 'completed' ? fate.output : null);
const statusOf = (fate: Fate | undefined): string => fate?.is ?? 'canceled';

const chose = (gate: PlainTask, fate: Fate | undefined, target: string): boolean => {
  if (fate?.is === 'completed') return gate.work.is === 'switch' && fate.output === target;
  return fate?.is === 'failed' && fate.handled === `goto ${target}`;
};

const standsInTheWay = (fate: Fate | undefined): boolean =>
  fate?.is === 'canceled' || (fate?.is === 'failed' && fate.handled !== 'continue');

const carries = (fate: Fate | undefined): boolean =>
  fate?.is === 'completed' ||
  (fate?.is === 'failed' && fate.handled === 'continue') ||
  (fate?.is === 'skipped' && (fate.cause === 'condition' || fate.cause === 'operator'));

/** How the work of a step ended in the execution that this one continues. */
const keptOutcome = (outcome: KeptOutcome): Outcome => {
  if (outcome.is === 'completed') return outcome;
  if (outcome.is === 'skipped') throw new Error('it was skipped there, and must run here');
  return { is: 'failed', kind: outcome.failure.kind, code: outcome.failure.code };
};
