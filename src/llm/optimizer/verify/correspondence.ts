import { taskForm, type CompiledTask, type Renaming, type TaskPath } from '../../../engine/core/index.js';
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
    const added = candidate.tasks.find(({ path }) => !base.scope.byId.has(idOf(path)));
    if (added) return objection('added_task', added.path);
    const stranger = candidate.tasks.find(({ path }) => (this.claim.stands[path] ?? path) !== path);
    if (stranger) return objection('moved_task', stranger.path);
    const gone = base.tasks.filter(({ task }) => !candidate.scope.byId.has(task.id));
    const lost = gone.find(({ path }) => !Object.hasOwn(this.claim.gone, path));
    if (lost) return objection('lost_task', lost.path);
    const pairs = candidate.tasks.map((placed) => ({
      base: base.tasks[base.scope.byId.get(placed.task.id)?.index as number] as PlacedTask,
      candidate: placed,
    }));
    for (const pair of pairs) this.candidateOf.set(pair.base.index, pair.candidate.index);
    const renaming = this.renamingOf(base, gone);
    if (!renaming) return objection('duplicate_of_nothing', gone[0]?.path);
    this.renamings.set(base.path, renaming);
    this.scopes.push({ base, candidate, pairs, gone, renaming });
    return undefined;
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

type Form = ReturnType<typeof taskForm>;

type Words = Omit<Form, 'edges'> & { readonly effects: string };

/** What a task says beside its edges and its order among others, as the candidate would say it. */
export const wordsOf = ({ task, home }: PlacedTask, renaming?: Renaming): Words => {
  const { edges: _, ...words } = taskForm({ ...task, priority: 0, cache: undefined }, home.scope, renaming);
  return { ...words, effects: ownEffectsOf(task) };
};

/** Facts do not go before what a task itself says of its effects. */
export const ownEffectsOf = ({ ownEffects, effects }: CompiledTask): string => (ownEffects ? effects : '');

/** The first thing that two tasks say differently. */
export const differenceOf = (one: Words, other: Words): string | undefined =>
  (Object.keys(one) as (keyof typeof one)[]).find((aspect) => one[aspect] !== other[aspect]);
