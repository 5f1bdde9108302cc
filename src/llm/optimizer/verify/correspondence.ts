import { taskForm, type CompiledTask, type Reading, type Renaming, type TaskPath } from '../../../engine/core/index.js';
import type { Claim, Objection, Places, PlacedScope, PlacedTask } from '../ir/index.js';
import { objection } from './objection.js';

/** A task of the base and the task of the candidate that stands for it. */
export interface Pair {
  readonly base: PlacedTask;
  readonly candidate: PlacedTask;
}

/** A scope that both versions have. */
export interface ScopePair {
  readonly base: PlacedScope;
  readonly candidate: PlacedScope;
  /** In the order of the candidate. */
  readonly pairs: readonly Pair[];
  /** Tasks of the base that stand beside the container now. */
  readonly left: readonly Pair[];
  /** Tasks of the base without a counterpart. */
  readonly gone: readonly PlacedTask[];
  /** How expressions of the base have to call tasks so that they can be compared with those of the candidate. */
  readonly renaming: Renaming;
}

/** Which tasks and scopes of two versions are the same ones. */
export class Correspondence {
  readonly scopes: ScopePair[] = [];
  /** Numbers of the candidate's tasks by those of the base's. */
  readonly candidateOf = new Map<number, number>();
  private readonly renamings = new Map<string, Renaming>();

  constructor(
    readonly base: Places,
    readonly candidate: Places,
    readonly claim: Claim,
  ) {}

  /** Finds what belongs together; an objection when the claim does not account for all tasks. */
  match(): Objection | undefined {
    const scopesOfBase = new Map(this.base.scopes.map((scope) => [scope.path, scope]));
    for (const candidate of this.candidate.scopes) {
      const base = scopesOfBase.get(candidate.path);
      if (!base) return objection('added_task', candidate.container?.path ?? candidate.path);
      const refused = this.matchScope(base, candidate);
      if (refused) return refused;
    }
    return undefined;
  }

  private matchScope(base: PlacedScope, candidate: PlacedScope): Objection | undefined {
    const own: Pair[] = [];
    for (const placed of candidate.tasks) {
      const counterpart = this.counterpartOf(placed, base);
      if (typeof counterpart === 'string') return objection(counterpart, placed.path);
      if (this.candidateOf.has(counterpart.index)) return objection('moved_task', placed.path);
      this.candidateOf.set(counterpart.index, placed.index);
      if (counterpart.home === base) own.push({ base: counterpart, candidate: placed });
    }
    const others = base.tasks.filter(({ task }) => !candidate.scope.byId.has(task.id));
    const left = others.flatMap((placed): Pair[] => {
      const now = this.candidateOf.get(placed.index);
      return now === undefined ? [] : [{ base: placed, candidate: this.candidate.tasks[now] as PlacedTask }];
    });
    const gone = others.filter(({ index }) => !this.candidateOf.has(index));
    const lost = gone.find(({ path }) => !Object.hasOwn(this.claim.gone, path));
    if (lost) return objection('lost_task', lost.path);
    const renaming = this.renamingOf(base, gone);
    if (!renaming) return objection('duplicate_of_nothing', gone[0]?.path);
    this.renamings.set(base.path, renaming);
    this.scopes.push({ base, candidate, pairs: own, left, gone, renaming });
    return undefined;
  }

  /** The task of the base that one of the candidate stands for: with the same id, in the same scope or in a body beside it. */
  private counterpartOf({ path, task }: PlacedTask, base: PlacedScope): PlacedTask | 'added_task' | 'moved_task' {
    const stands = this.claim.stands[path] ?? path;
    if (stands === path) {
      const same = base.scope.byId.get(task.id);
      return same ? (base.tasks[same.index] as PlacedTask) : 'added_task';
    }
    const origin = this.base.at(stands);
    const isBeside = origin?.home.container?.home === base && origin.task.id === task.id;
    const isSeen = this.candidate.scopes.some((scope) => scope.path === origin?.home.path);
    return isBeside && isSeen && this.claim.level === 'success-equivalent' ? origin : 'moved_task';
  }

  private renamingOf(base: PlacedScope, gone: readonly PlacedTask[]): Renaming | undefined {
    const around = base.container && this.renamings.get(base.container.home.path);
    const renaming = new Map(around);
    for (const { path, task } of gone) {
      const kept = this.keptFor(path);
      if (kept === undefined) continue;
      const twin = base.scope.byId.get(idOf(kept));
      if (kept !== `${base.path}/${idOf(kept)}` || !twin) return undefined;
      renaming.set(task.id, twin.id);
    }
    return renaming;
  }

  /** The task that a duplicate is one of, in the end; undefined: it is no duplicate. */
  keptFor(path: TaskPath): TaskPath | undefined {
    let at: TaskPath | undefined;
    const seen = new Set([path]);
    for (let reason = this.claim.gone[path]; reason?.is === 'duplicate'; reason = this.claim.gone[at]) {
      at = reason.of;
      if (seen.has(at)) return at;
      seen.add(at);
    }
    return at;
  }
}

const idOf = (path: TaskPath): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * How definitions are read here: with the order of keys. Whatever turns an object into text, or lists its keys, tells it:
 * `"${tasks.a.output}"` of a construct is another text when its leaves are written in another order.
 */
export const exactly = (renaming?: Renaming): Reading => ({ keepsOrder: true, ...(renaming && { renaming }) });

type Form = ReturnType<typeof taskForm>;

type Words = Omit<Form, 'edges'> & { readonly effects: string };

/** What a task says beside its edges and its order among others, as the candidate would say it. */
export const wordsOf = ({ task, home }: PlacedTask, renaming?: Renaming): Words => {
  const { edges: _, ...words } = taskForm({ ...task, priority: 0, cache: undefined }, home.scope, exactly(renaming));
  return { ...words, effects: ownEffectsOf(task) };
};

/** Facts do not go before what a task itself says of its effects. */
export const ownEffectsOf = ({ ownEffects, effects }: CompiledTask): string => (ownEffects ? effects : '');

/** The first thing that two tasks say differently. */
export const differenceOf = (one: Words, other: Words): string | undefined =>
  (Object.keys(one) as (keyof typeof one)[]).find((aspect) => one[aspect] !== other[aspect]);
