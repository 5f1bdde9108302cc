import type { Operation, ReexecutionPlan, RunEvent } from '../../../src/engine/core/index.js';
import { canonicalJson } from '../../../src/kernel/index.js';
import { idOf, tasksById, type Told } from './journal-rules.js';
import { addressesAround, goesWith, isInside } from './plain-history.js';
import { documentOf, gatesOf, needsOf, type PlainWorkflow } from './plain-workflow.js';
import type { Fate } from './reference.js';

/* What a re-execution must keep and must not (R2–R5), told from what had become of each step, and from the journal. */

export interface Planned {
  readonly workflow: PlainWorkflow;
  readonly events: readonly RunEvent[];
  readonly operation: Operation;
  readonly plan: ReexecutionPlan;
  /** What had become of each step; undefined: it was open. */
  readonly fates: ReadonlyMap<string, Fate | undefined>;
  /** What a fork is to: another workflow, another input. */
  readonly other?: PlainWorkflow;
  readonly otherInput?: boolean;
  /** The events that a new execution begins with. */
  readonly carried?: readonly RunEvent[];
}

/** Throws at the first step that is kept against the rules, or reset against them. */
export const checkPlan = (planned: Planned): void => new PlanRules(planned).check();

class PlanRules {
  private readonly tasks: ReadonlyMap<string, Told>;
  private readonly kept: ReadonlyMap<string, string>;
  private readonly reset: ReadonlyMap<string, ReexecutionPlan['reset'][number]>;
  /** Steps that must be decided anew, whatever they had come to. */
  private readonly anew = new Set<string>();
  private readonly skipped: string | undefined;
  /** Later phases that are taken over. */
  private readonly begun: ReadonlySet<string>;
  private readonly isCarried: boolean;
  private readonly retries: boolean;

  constructor(private readonly planned: Planned) {
    const { workflow, plan, operation, carried = [] } = planned;
    this.tasks = tasksById(workflow.body);
    this.kept = new Map(plan.kept.map(({ step, reason }) => [step, reason]));
    this.reset = new Map(plan.reset.map((one) => [one.step, one]));
    this.skipped = operation.is === 'skip' ? operation.step : undefined;
    this.isCarried = operation.is === 'fork' || operation.is === 'restore';
    this.begun = new Set(
      carried.flatMap((event) => (event.type === 'body_opened' ? [`${event.step}/${event.body}`] : [])),
    );
    this.retries = this.isCarried || operation.is === 'retry_failed';
  }

  check(): void {
    const { operation } = this.planned;
    if ('step' in operation) this.ask(operation.step);
    for (const address of this.changed()) this.spread(address);
    for (const [address, within] of undoneIn(this.planned.events, this.isMap)) this.undone(address, within);
    for (const address of this.anew)
      if (this.kept.has(address)) throw new Error(`${address} is kept, and must be decided anew`);
    for (const [address, fate] of this.planned.fates) {
      const reason = this.kept.get(address);
      if (reason !== undefined && fate) this.mayStay(address, fate);
      else if (reason === undefined && fate) this.mayGo(address, fate);
    }
  }

  private readonly isMap = (address: string): boolean => this.tasks.get(idOf(address))?.task.work.is === 'map';

  /** R3: what is asked for, and all that depends on it at every level around. */
  private ask(step: string): void {
    const from = this.raceAround(step) ?? step;
    if (this.skipped === undefined) this.spread(from);
    else this.spreadFrom(from);
    this.spreadAround(from);
  }

  /** R5. What is undone before a later phase, or of the losers of a race, stays so as long as that stays. */
  private undone(address: string, within: string): void {
    if (!this.planned.fates.has(address)) return;
    if (within !== '') {
      const stays = this.tasks.get(idOf(within))?.task.work.is === 'try' && this.goesOnAfterTry(within);
      if (this.isSettled(address) || stays) return;
    }
    const from = this.raceAround(address) ?? address;
    // A race that was open, or canceled, runs again by itself: nobody could read what it had not come to.
    const { is = 'open' } = this.planned.fates.get(from) ?? {};
    if (this.isWithinReset(from) || (from !== address && (is === 'open' || is === 'canceled'))) return;
    this.spread(from);
    for (const around of this.constructsAround(from)) if (this.wasRead(around)) this.spreadFrom(around);
  }

  /** A fork: tasks that say something else or read what is another now. */
  private changed(): readonly string[] {
    const { workflow, other = workflow, otherInput = false } = this.planned;
    if (other === workflow && !otherInput) return [];
    const before = documentOf(workflow).tasks as Readonly<Record<string, object>>;
    const after = documentOf(other).tasks as Readonly<Record<string, object>>;
    return Object.keys(before).flatMap((id) => {
      const [was, is] = [before[id], after[id]].map((task) => canonicalJson((task ?? null) as never));
      return was !== is || (otherInput && was?.includes('${input.')) ? [`/${id}`] : [];
    });
  }

  private spread(address: string): void {
    if (this.anew.has(address) || address === this.skipped) return;
    this.anew.add(address);
    this.spreadFrom(address);
  }

  private spreadFrom(address: string): void {
    for (const dependant of this.dependantsOf(address)) this.spread(dependant);
  }

  private spreadAround(address: string): void {
    for (const around of this.constructsAround(address)) this.spreadFrom(around);
  }

  /** What ran beside a construct that had come to nothing had not read it. */
  private wasRead(address: string): boolean {
    const fate = this.planned.fates.get(address);
    return fate?.is === 'completed' || (fate?.is === 'failed' && fate.handled !== 'fail');
  }

  private siblings(address: string, ids: readonly string[]): readonly string[] {
    const scope = address.slice(0, -idOf(address).length);
    return ids.map((id) => scope + id).filter((sibling) => this.planned.fates.has(sibling));
  }

  private dependantsOf(address: string): readonly string[] {
    const { task, body } = this.tasks.get(idOf(address)) as Told;
    const isAfter = (other: Told['task']): boolean =>
      needsOf(other, body).includes(task.id) || gatesOf(other, body).includes(task);
    return this.siblings(
      address,
      body.filter(isAfter).map(({ id }) => id),
    );
  }

  private sourcesOf(address: string): readonly string[] {
    const { task, body } = this.tasks.get(idOf(address)) as Told;
    return this.siblings(address, [...needsOf(task, body), ...gatesOf(task, body).map(({ id }) => id)]);
  }

  private constructsAround(address: string): readonly string[] {
    return addressesAround(address).filter((around) => this.planned.fates.has(around));
  }

  private raceAround(address: string): string | undefined {
    return this.constructsAround(address).findLast((around) => this.tasks.get(idOf(around))?.task.work.is === 'race');
  }

  private isWithinReset(address: string): boolean {
    return (
      this.reset.get(address)?.reason === 'inside' || this.constructsAround(address).some((one) => this.reset.has(one))
    );
  }

  /** In a construct that stays as it ended, or in a body of one that goes on in a later one. */
  private isSettled(address: string): boolean {
    return this.constructsAround(address).some((around) => {
      const reason = this.kept.get(around);
      if (reason !== undefined && reason !== 'continued') return true;
      if (this.goesOnInside(`${around}/finally`) && !isInside(address, `${around}/finally`)) return true;
      return this.goesOnInside(`${around}/catch`) && isInside(address, `${around}/try`);
    });
  }

  private goesOnAfterTry(guard: string): boolean {
    return this.goesOnInside(`${guard}/catch`) || this.goesOnInside(`${guard}/finally`);
  }

  /** Something in that body is kept, or reset by itself. */
  private goesOnInside(body: string): boolean {
    if (this.begun.has(body)) return true;
    const stays = [...this.kept.keys()].some((step) => isInside(step, body));
    if (stays || this.isCarried) return stays;
    return [...this.reset.values()].some(({ step, reason }) => reason !== 'inside' && isInside(step, body));
  }

  /** Failed items of maps that are not retried stay as they are. */
  private isInFailedItem(address: string): boolean {
    const bodies = addressesAround(address).filter((around) => !this.planned.fates.has(around));
    return bodies.some((body) =>
      [...this.kept].some(([step, reason]) => reason === 'failed' && addressesAround(step)[0] === body),
    );
  }

  private mayStay(address: string, fate: Fate): void {
    const reason = this.kept.get(address);
    if (reason === 'continued' || this.isSettled(address)) return;
    const isStale = fate.is === 'failed' && fate.handled === 'fail' && this.retries;
    if (isStale) throw new Error(`${address} has failed, and is not retried`);
    if (fate.is === 'canceled' && (this.retries || !this.isInFailedItem(address)))
      throw new Error(`${address} was canceled, and does not go on`);
    if (fate.is !== 'skipped' || (fate.cause !== 'upstream' && fate.cause !== 'branch')) return;
    for (const source of this.sourcesOf(address)) {
      const why = this.kept.get(source);
      if (why === undefined || why === 'continued')
        throw new Error(`${address} stays skipped, and ${source} before it is decided anew`);
    }
  }

  /** R2, R4: what has ended well goes only when it must. */
  private mayGo(address: string, fate: Fate): void {
    if (fate.is === 'canceled' || (fate.is === 'failed' && fate.handled === 'fail')) return this.mayRunAnew(address);
    if (fate.is === 'skipped' && (fate.cause === 'upstream' || fate.cause === 'branch')) return;
    if (this.anew.has(address) || address === this.skipped || this.isSettled(address)) return;
    const isInsideOfWhatGoes = this.constructsAround(address).some(
      (around) => this.reset.has(around) || this.anew.has(around) || this.isBehind(address, around),
    );
    if (!isInsideOfWhatGoes) throw new Error(`${address} is ${fate.is}, and is reset for nothing`);
  }

  /** In a later body of a construct in which an earlier one goes on. */
  private isBehind(address: string, around: string): boolean {
    return [...this.reset.values()].some(
      ({ step, reason }) => reason !== 'inside' && isInside(step, around) && goesWith(address, step, this.isMap),
    );
  }

  /** A construct goes on where it was, if something in it can. Not a race; of a loop and a try only one body may. */
  private mayRunAnew(address: string): void {
    if (this.anew.has(address) || address === this.skipped || this.isWithinReset(address)) return;
    const around = this.constructsAround(address);
    if (this.isSettled(address) || around.some((one) => this.isBehind(address, one))) return;
    const { is } = (this.tasks.get(idOf(address)) as Told).task.work;
    if (is === 'race' || is === 'loop' || is === 'try') return;
    const inner = [...this.planned.fates].find(
      ([step, fate]) => this.constructsAround(step)[0] === address && this.canGoOn(fate),
    );
    if (inner) throw new Error(`${address} runs anew, and could go on with ${inner[0]}`);
  }

  private canGoOn(fate: Fate | undefined): boolean {
    return fate?.is === 'canceled' || (this.retries && fate?.is === 'failed' && fate.handled === 'fail');
  }
}

/** Completed steps of which something was undone, by the construct that undid them last; '' for the execution. */
const undoneIn = (events: readonly RunEvent[], isMap: (address: string) => boolean): ReadonlyMap<string, string> => {
  const within = new Map<string, string>();
  const begun = new Set<string>();
  for (const event of events) {
    if (event.type === 'compensation_started') {
      for (const address of event.undo) within.set(address, event.within ?? '');
    } else if (event.type === 'step_started' || event.type === 'step_kept') {
      const [, address] = /^(.*)!compensate$/.exec(event.step) ?? [];
      if (address !== undefined) begun.add(address);
    } else if (event.type === 'execution_reopened') {
      const gone = [...event.reset, ...(event.skipped === undefined ? [] : [event.skipped])];
      for (const address of begun) if (gone.some((one) => goesWith(address, one, isMap))) begun.delete(address);
    }
  }
  return new Map([...within].filter(([address]) => begun.has(address)));
};
