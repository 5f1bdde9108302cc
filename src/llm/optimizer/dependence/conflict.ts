import type { Effects } from '../../../engine/core/index.js';
import { actionOf, commute, effectsOf, paces, usesOf, type Facts, type PlacedTask } from '../ir/index.js';

/** How a task itself touches what others see. What a construct holds is not counted to it. */
export interface Touch {
  readonly effects: Effects;
  /** Variables of the scopes around. */
  readonly state: 'none' | 'reads' | 'sets';
  /** It takes an event that another may wait for, too; it is a barrier as well. */
  readonly takesEvents: boolean;
  /** It is there for the order that it stands in: a wait, an approval, a delay. */
  readonly isBarrier: boolean;
}

export const touchOf = ({ task }: PlacedTask, facts: Facts): Touch => {
  const { work } = task;
  const waits = ['wait', 'event', 'approval', 'webhook'].includes(work.is);
  return {
    effects: work.is === 'task' ? effectsOf(task, facts) : work.is === 'workflow' ? 'write' : 'pure',
    state: task.set ? 'sets' : usesOf(task).state ? 'reads' : 'none',
    takesEvents: work.is === 'event',
    isBarrier: waits || paces(task),
  };
};

/** Whether the order of two tasks could be noticed in what comes of an execution. */
export class Conflicts {
  private readonly touches: readonly Touch[];
  private readonly unordered: ReadonlySet<string>;

  constructor(
    private readonly tasks: readonly PlacedTask[],
    private readonly facts: Facts,
  ) {
    this.touches = tasks.map((placed) => touchOf(placed, facts));
    this.unordered = new Set(
      facts.unordered.flatMap(({ scope, tasks: [one, other] }) => [
        pairOf(`${scope}/${one}`, `${scope}/${other}`),
        pairOf(`${scope}/${other}`, `${scope}/${one}`),
      ]),
    );
  }

  /** Its order to others is of no consequence, unless one of them is a barrier. */
  isInert(index: number): boolean {
    const { effects, state, isBarrier } = this.touches[index] as Touch;
    return effects === 'pure' && state === 'none' && !isBarrier;
  }

  isBarrier(index: number): boolean {
    return (this.touches[index] as Touch).isBarrier;
  }

  /** A declared order of the two has to be kept. */
  needOrder(a: number, b: number): boolean {
    return this.isBarrier(a) || this.isBarrier(b) || this.interfere(a, b);
  }

  /** A declared order of two tasks, and of what they hold, has to be kept. */
  needOrderWithin(one: PlacedTask, other: PlacedTask): boolean {
    for (let a = one.index; a < one.end; a++)
      for (let b = other.index; b < other.end; b++) if (this.needOrder(a, b)) return true;
    return false;
  }

  /** One of the two is there for the order that it stands in, or holds such. */
  holdBarrier(...tasks: readonly PlacedTask[]): boolean {
    return tasks.some(({ index, end }) => {
      for (let at = index; at < end; at++) if (this.isBarrier(at)) return true;
      return false;
    });
  }

  /** Done in the other order, the two may have other results. */
  interfere(a: number, b: number): boolean {
    const [one, other] = [this.touches[a] as Touch, this.touches[b] as Touch];
    if (one.takesEvents && other.takesEvents) return true;
    if (stateInterferes(one, other) || stateInterferes(other, one)) return true;
    const bothTouch = one.effects !== 'pure' && other.effects !== 'pure';
    return bothTouch && (writes(one) || writes(other)) && !this.areFreed(a, b);
  }

  /** Somebody said that their order does not matter: the two actions, or the two tasks or what holds them. */
  private areFreed(a: number, b: number): boolean {
    const [one, other] = [this.tasks[a] as PlacedTask, this.tasks[b] as PlacedTask];
    const [doing, doingToo] = [actionOf(one.task), actionOf(other.task)];
    if (doing !== undefined && doingToo !== undefined && commute(doing, doingToo, this.facts)) return true;
    if (this.unordered.size === 0) return false;
    for (const outer of around(one))
      for (const outerToo of around(other)) if (this.unordered.has(pairOf(outer.path, outerToo.path))) return true;
    return false;
  }
}

const pairOf = (one: string, other: string): string => `${one} ${other}`;

const writes = ({ effects }: Touch): boolean => effects === 'write' || effects === 'idempotent';

/** Variables are set by tasks, and from outside through the API, which a task with an effect may call. */
const stateInterferes = (one: Touch, other: Touch): boolean => {
  if (one.state === 'none') return false;
  if (one.state === 'sets' && other.state !== 'none') return true;
  return writes(other);
};

/** A task, what holds it, what holds that, … */
const around = function* (placed: PlacedTask): Generator<PlacedTask> {
  for (let at: PlacedTask | undefined = placed; at; at = at.home.container) yield at;
};
