import type { RunEvent } from '../../../src/engine/core/index.js';
import { goesWith, isInside } from './plain-history.js';
import { bodiesOf, leavesOf, needsOf, type PlainBody, type PlainTask, type PlainWorkflow } from './plain-workflow.js';
import type { Fates } from './reference.js';

/* Rules about the order of things, told from a journal alone: compensation, attempts, how many at a time. */

/** A task, and the body that it stands in. */
export interface Told {
  readonly task: PlainTask;
  readonly body: PlainBody;
}

export const tasksById = (body: PlainBody, known = new Map<string, Told>()): Map<string, Told> => {
  for (const task of body) {
    known.set(task.id, { task, body });
    for (const [, inner] of bodiesOf(task.work)) tasksById(inner, known);
  }
  return known;
};

/** The id at the end of an address. Ids are unique in random workflows. */
export const idOf = (address: string): string => /([^/[\]]*?)(?:!compensate)?$/.exec(address)?.[1] as string;

const undoOf = (address: string): string => `${address}!compensate`;
const isUndo = (address: string): boolean => address.endsWith('!compensate');

export interface Expected {
  readonly fates: Fates;
  /** Somebody canceled it, the last time, and asked that it be undone. */
  readonly undone: boolean;
  /** Events after the first that were taken over from another execution. */
  readonly carried: number;
}

/** Throws at the first event that breaks a rule. */
export const checkJournal = (workflow: PlainWorkflow, events: readonly RunEvent[], expected: Expected): void => {
  const rules = new JournalRules(workflow, expected);
  events.forEach((event, position) => {
    rules.take(event, { isCarried: position <= expected.carried, isLast: position === events.length - 1 });
  });
};

class JournalRules {
  private readonly tasks: ReadonlyMap<string, Told>;
  /** Completed steps that can be undone and are not, in order of completion. */
  private done: string[] = [];
  /** Of all that was ever done, by the order in which it was done last. */
  private readonly doneAt = new Map<string, number>();
  private doings = 0;
  /** Steps that are being undone, by the construct, or '' for the execution. */
  private readonly undoing = new Map<string, { readonly undo: readonly string[] }>();
  private readonly ended = new Set<string>();
  private readonly completed = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly open = new Map<string, Set<number>>();
  /** Of tries: those after the first. */
  private readonly phases = new Set<string>();
  private over = false;

  constructor(
    { body }: PlainWorkflow,
    private readonly expected: Expected,
  ) {
    this.tasks = tasksById(body);
  }

  take(event: RunEvent, { isCarried, isLast }: { readonly isCarried: boolean; readonly isLast: boolean }): void {
    if (this.over && event.type !== 'execution_reopened') throw new Error(`${event.type} after the end`);
    switch (event.type) {
      case 'compensation_started':
        return this.compensate(event);
      case 'execution_reopened':
        return this.reopened(event);
      case 'execution_failed':
        this.over = true;
        return this.mustBeUndone('', event.type);
      case 'execution_canceled':
        this.over = true;
        if (this.expected.undone && isLast) this.mustBeUndone('', event.type);
        return;
      case 'execution_completed':
        this.over = true;
        return;
      default:
        if ('step' in event) this.takeStep(event, isCarried);
    }
  }

  private takeStep(event: Extract<RunEvent, { step: string }>, isCarried: boolean): void {
    const { step } = event;
    switch (event.type) {
      case 'step_started':
        return this.started(event);
      case 'body_opened':
        if (event.body === 'catch' || event.body === 'finally') this.phase(event);
        return this.opened(event, isCarried);
      case 'body_closed':
        this.open.get(step)?.delete(event.body);
        return;
      case 'step_completed':
      case 'step_kept':
        if (event.type === 'step_completed' || event.outcome.is === 'completed') this.complete(step);
        return this.end(step);
      case 'step_failed':
        if (this.told(step).task.work.is === 'try' && event.failure.kind !== 'timeout') this.tryFailed(step);
        return this.end(step);
      case 'step_skipped':
      case 'step_canceled':
        return this.end(step);
      default:
    }
  }

  private told(address: string): Told {
    return this.tasks.get(idOf(address)) as Told;
  }

  /** Attempts count up, and begin only while the step is open and after all it waits for (E2, E3). */
  private started({ step, attempt }: Extract<RunEvent, { type: 'step_started' }>): void {
    if (this.ended.has(step)) throw new Error(`${step} begins after its end`);
    if (attempt !== (this.attempts.get(step) ?? 0) + 1)
      throw new Error(`attempt ${attempt} of ${step} is not the next`);
    this.attempts.set(step, attempt);
    if (isUndo(step)) return this.undoStarted(step);
    const { task, body } = this.told(step);
    const needs = needsOf(task, body).map((id) => step.slice(0, -task.id.length) + id);
    const enough =
      task.join === 'all'
        ? needs.every((need) => this.ended.has(need))
        : needs.filter((need) => this.completed.has(need)).length >= task.join;
    if (!enough) throw new Error(`${step} begins before what it waits for`);
  }

  /** One at a time, in order. */
  private undoStarted(step: string): void {
    const around = [...this.undoing.values()].find(({ undo }) => undo.some((address) => undoOf(address) === step));
    const next = around?.undo.find((address) => !this.ended.has(undoOf(address)));
    if (next === undefined || undoOf(next) !== step)
      throw new Error(`${step} begins, and it is not the next to be undone`);
  }

  private complete(step: string): void {
    this.completed.add(step);
    const { work } = this.told(step).task;
    if (!isUndo(step) && work.is === 'task' && work.undone) {
      this.done.push(step);
      this.doneAt.set(step, ++this.doings);
    }
    if (work.is === 'race' && !isUndo(step)) this.mustBeUndone(step, 'the race is over');
  }

  private end(step: string): void {
    this.ended.add(step);
    this.giveUp((around) => around === step || isInside(around, step));
  }

  /** A compensation that ended before it was done: what it did not come to is still to be undone. */
  private giveUp(isOver: (around: string) => boolean): void {
    for (const [around, { undo }] of this.undoing) {
      if (!isOver(around)) continue;
      this.undoing.delete(around);
      const left = new Set([...this.done, ...undo.filter((address) => !this.ended.has(undoOf(address)))]);
      const placeOf = (address: string): number => this.doneAt.get(address) ?? 0;
      this.done = [...left].sort((one, other) => placeOf(one) - placeOf(other));
    }
  }

  private compensate({ within, undo }: Extract<RunEvent, { type: 'compensation_started' }>): void {
    if (within === undefined) this.giveUp(() => true);
    else this.giveUp((around) => isInside(around, within));
    const expected = this.toUndo(within ?? '');
    if (JSON.stringify(undo) !== JSON.stringify(expected))
      throw new Error(`of ${within ?? 'the execution'} ${undo.join(' ')} is undone; it must be ${expected.join(' ')}`);
    this.undoing.set(within ?? '', { undo });
    this.done = this.done.filter((address) => !undo.includes(address));
  }

  /** Strictly the last first; of a race, not the winner. */
  private toUndo(within: string): readonly string[] {
    const race = within !== '' && this.told(within).task.work.is === 'race';
    const winner = race ? this.winnerOf(within) : undefined;
    if (race && winner === undefined) return []; // nobody has lost
    const scope = race || within === '' ? within : `${within}/try`;
    return this.done
      .filter((address) => within === '' || isInside(address, scope))
      .filter((address) => address !== winner && !(winner !== undefined && isInside(address, winner)))
      .reverse();
  }

  /** The first of its leaves that completed. */
  private winnerOf(race: string): string | undefined {
    const { work } = this.told(race).task;
    const leaves = work.is === 'race' ? leavesOf(work.body).map(({ id }) => `${race}/${id}`) : [];
    return [...this.completed].find((address) => leaves.includes(address));
  }

  private mustBeUndone(within: string, why: string): void {
    if (within === '') this.giveUp((around) => around !== '');
    const [left] = this.toUndo(within);
    if (left !== undefined) throw new Error(`${why}, and ${left} was not undone`);
    const open = this.undoing.get(within)?.undo.find((address) => !this.ended.has(undoOf(address)));
    if (open !== undefined && within !== '') throw new Error(`${why}, and ${open} is still being undone`);
  }

  private phase({ step, body, result }: Extract<RunEvent, { type: 'body_opened' }>): void {
    this.phases.add(`${step}/${body}`);
    if (result?.is !== 'failed') return;
    if (body === 'catch' || !this.phases.has(`${step}/catch`)) this.mustBeUndone(step, `${step}/${body} begins`);
  }

  private tryFailed(step: string): void {
    if (isUndo(step)) return;
    const isLater = ['catch', 'finally'].some((phase) => this.phases.has(`${step}/${phase}`));
    if (!isLater) this.mustBeUndone(step, `${step} has failed`);
  }

  private opened({ step, body }: Extract<RunEvent, { type: 'body_opened' }>, isCarried: boolean): void {
    const { work } = this.told(step).task;
    if (work.is !== 'map' || typeof body !== 'number') return;
    // What runs again after a re-execution runs beside what is open.
    const open = (this.open.get(step) ?? new Set()).add(body);
    this.open.set(step, open);
    if (!isCarried && open.size > (work.concurrency ?? Infinity))
      throw new Error(`${open.size} items of ${step} are open`);
  }

  private reopened({ reset, skipped }: Extract<RunEvent, { type: 'execution_reopened' }>): void {
    this.over = false;
    this.giveUp(() => true);
    const gone = [...reset, ...(skipped === undefined ? [] : [skipped])];
    const isMap = (address: string): boolean => this.told(address).task.work.is === 'map';
    const isReset = (known: string): boolean => gone.some((address) => goesWith(known, address, isMap));
    const isGone = (known: string): boolean => isReset(known) || gone.some((address) => isInside(address, known));
    for (const known of this.ended) if (isGone(known)) this.ended.delete(known);
    for (const known of this.completed) if (isGone(known)) this.completed.delete(known);
    for (const known of this.attempts.keys()) if (isReset(known)) this.attempts.delete(known);
    for (const known of this.open.keys()) if (isGone(known)) this.open.delete(known);
    for (const known of this.phases) if (isReset(known)) this.phases.delete(known);
    if (skipped !== undefined) this.ended.add(skipped);
    this.done = this.done.filter((known) => !isReset(known));
  }
}
