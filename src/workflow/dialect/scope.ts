import { fault, type Fault, type JsonObject } from '../../kernel/index.js';
import { DEFAULT_LIMITS } from '../../engine/core/index.js';
import { addEdges, type Link } from './edge/index.js';
import type { Names } from './expression-text.js';
import { canonicalTask, metadataOf } from './foreign-task.js';
import { stateOfTask, StateVariables, writersOf } from './state/index.js';
import { TaskIds, type FreshIds } from './task-ids.js';
import { TaskWords } from './task-words.js';
import type { CanonicalTask, ForeignTask, ImportedBody, NestedBody, Translation } from './translation.js';

/** What all bodies of a document share. */
export interface DocumentContext {
  readonly faults: Fault[];
  readonly fresh: FreshIds;
  readonly defaultComponent: string | undefined;
  /** Values of state variables before anything sets them. */
  readonly initial: JsonObject;
  readonly inputIsSure: (name: string) => boolean;
  /** The CEL of a state variable that no task sets: it comes from outside. */
  readonly fromOutside: (path: readonly string[], reader: ForeignTask) => string;
}

/** The task that a body stands in. */
interface Around {
  readonly scope: TaskScope;
  readonly id: string;
  readonly position: number;
  readonly variables: ReadonlyMap<string, string>;
}

export interface BodyOptions {
  readonly inOrder: boolean;
  readonly links?: (scope: TaskScope) => ReadonlyMap<string, readonly Link[]>;
}

/** One body of tasks: their ids, what their names mean, and what becomes of them. */
export class TaskScope {
  readonly ids: TaskIds;
  readonly canonical = new Map<string, CanonicalTask>();
  private readonly own: ReadonlySet<string>;
  private readonly aliases = new Map<string, string>();
  private readonly state: StateVariables;
  private readonly further = new Map<string, Set<string>>();
  private readonly level: number;

  constructor(
    private readonly tasks: readonly ForeignTask[],
    private readonly context: DocumentContext,
    private readonly around?: Around,
  ) {
    this.level = (around?.scope.level ?? 0) + 1;
    const isTaken = (id: string): boolean => context.fresh.gave(id) || around?.scope.has(id) === true;
    this.ids = new TaskIds(
      tasks.map(({ original }) => original),
      around && isTaken,
    );
    this.own = new Set(this.ids.all);
    context.fresh.reserve(this.own);
    for (const { original, body } of tasks) {
      const id = this.ids.of(original);
      for (const alias of [body.id, body.name, id])
        if (typeof alias === 'string' && !this.aliases.has(alias)) this.aliases.set(alias, id);
    }
    const writers = tasks.flatMap((task, position) => writersOf(task, this.ids.of(task.original), position));
    const outer = around && { variables: around.scope.state, position: around.position };
    this.state = new StateVariables(writers, around ? {} : context.initial, outer);
  }

  /** The canonical id of a task of this body: by id, then key, then display name. */
  find(reference: string): string | undefined {
    return this.ids.has(reference) ? this.ids.of(reference) : this.aliases.get(reference);
  }

  /** Translates every task, then the edges between them. */
  import({ inOrder, links }: BodyOptions): JsonObject {
    const { faults, fresh } = this.context;
    for (const position of this.ids.duplicates) {
      const { original, where } = this.tasks[position] as ForeignTask;
      faults.push(fault('duplicate_task_id', where, { id: original }));
    }
    const translations = this.tasks.map((task, position) => this.translation(task, position));
    for (const translation of translations) this.canonical.set(translation.id, canonicalTask(translation));
    addEdges({
      translations,
      canonical: this.canonical,
      faults,
      links: links?.(this) ?? new Map(),
      further: this.further,
      inOrder,
      fresh: (wanted) => fresh.next(wanted),
    });
    for (const translation of translations)
      Object.assign(this.canonical.get(translation.id) as CanonicalTask, metadataOf(translation));
    return Object.fromEntries(this.canonical);
  }

  /** The names of what is evaluated when all tasks of the body have ended. */
  namesAtEnd(reader: ForeignTask): Names {
    return this.names(this.tasks.length, reader);
  }

  private translation(task: ForeignTask, position: number): Translation {
    const { faults, defaultComponent } = this.context;
    const id = this.ids.of(task.original);
    const { ids } = this;
    return {
      task,
      id,
      words: new TaskWords(task),
      names: this.names(position, task),
      namesAfter: this.names(position + 1, task),
      faults,
      defaultComponent,
      get known() {
        return ids.some;
      },
      resolve: (reference) => this.find(reference),
      waitOutside: (reference) => this.waitOutside(reference),
      body: (body) => this.body(body, { id, position, task }),
    };
  }

  private names(position: number, reader: ForeignTask): Names {
    return {
      task: (name) => this.lookUp(name),
      inputIsSure: this.context.inputIsSure,
      variable: (name) => this.variable(name),
      state: (path, bare) => {
        const set = this.state.read(path, position);
        if (set !== undefined) return set;
        const [root = '', ...below] = path;
        const task = bare ? undefined : this.lookUp(root);
        if (task !== undefined) return stateOfTask(task, below);
        return bare && !this.state.knows(root) ? undefined : this.context.fromOutside(path, reader);
      },
    };
  }

  private body(
    { tasks, variables = new Map(), inOrder = false }: NestedBody,
    { id, position, task }: { readonly id: string; readonly position: number; readonly task: ForeignTask },
  ): ImportedBody {
    if (this.level >= DEFAULT_LIMITS.maxNesting) {
      this.context.faults.push(fault('nesting_too_deep', task.where, { limit: DEFAULT_LIMITS.maxNesting }));
      return { tasks: {}, names: this.names(position, task) };
    }
    const inner = new TaskScope(tasks, this.context, { scope: this, id, position, variables });
    return { tasks: inner.import({ inOrder }), names: inner.namesAtEnd(task) };
  }

  private has(id: string): boolean {
    return this.own.has(id) || this.around?.scope.has(id) === true;
  }

  private lookUp(name: string): string | undefined {
    return this.find(name) ?? this.around?.scope.lookUp(name);
  }

  private variable(name: string): string | undefined {
    return this.around?.variables.get(name) ?? this.around?.scope.variable(name);
  }

  /** A task of a body can wait for tasks further out only together with the task around it. */
  private waitOutside(reference: string): boolean {
    for (let around = this.around; around; around = around.scope.around) {
      const { scope, id } = around;
      const found = scope.find(reference);
      if (found === undefined) continue;
      if (found === id) return false;
      const needs = scope.further.get(id) ?? new Set();
      scope.further.set(id, needs.add(found));
      return true;
    }
    return false;
  }
}
