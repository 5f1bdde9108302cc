import {
  fault,
  isJsonObject,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../../kernel/index.js';
import { compileRetryPolicy } from '../../../retry-policy/index.js';
import type {
  CompiledScope,
  CompiledTask,
  DefinitionLimits,
  ErrorHandler,
  Join,
  OutputMapping,
  Remedy,
  Work,
} from '../definition.js';
import { isReservedWord } from '../expression/index.js';
import { schemaFaults, type SchemaChecker } from '../schema-checker.js';

import { ERROR_NAME } from '../names.js';
import type { TaskCatalogue, TaskType } from '../task-type.js';
import { connect, gotoTargets, someOf, type TaskEdges, type TaskReads } from './edges.js';
import { locate, type Enclosing } from './enclosing.js';
import { ExpressionCollector } from './expression-collector.js';
import { FieldReader } from './field-reader.js';
import { mayMiss } from './may-be-null.js';
import { readTask, type TaskDraft } from './task-draft.js';
import { compileWork, type BodyRequest, type CompiledBody } from './work-compiler.js';

/** What the scopes of one definition are compiled with. */
export interface ScopeSurroundings {
  readonly catalogue: TaskCatalogue;
  readonly schemas: SchemaChecker;
  readonly limits: DefinitionLimits;
  readonly faults: Fault[];
}

/** The tasks of one scope, and what else is said about it. */
export interface ScopeSource extends Omit<BodyRequest, 'names'> {
  readonly names: ReadonlySet<string>;
  readonly around: Enclosing | undefined;
  /** 1 for the tasks of the workflow. */
  readonly depth: number;
}

const TASK_ID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const TYPES_SHOWN = 20;

interface CompiledDraft {
  readonly draft: TaskDraft;
  readonly collector: ExpressionCollector;
  readonly when: CompiledTask['when'];
  readonly work: Work | undefined;
  readonly type: TaskType | undefined;
  readonly compensate: CompiledTask | undefined;
}

/** Compiles scopes and what is nested in them. Every fault is reported; a scope with faults may not be run. */
export class ScopeCompiler {
  /** Tasks read so far, in all scopes. */
  count = 0;
  /** All scopes, outer ones first. */
  readonly scopes: Enclosing[] = [];
  /** Some task waits for an event. */
  listens = false;
  private full = false;

  constructor(private readonly surroundings: ScopeSurroundings) {}

  /** `outer`: told of what the scope needs from around it. */
  compile(source: ScopeSource, outer: (id: string, where: JsonPointer) => void): CompiledBody | undefined {
    const { faults } = this.surroundings;
    const before = faults.length;
    const drafts = this.drafts(source);
    const ids = new Map(drafts.map((draft) => [draft.id, draft.index]));
    const { around, names } = source;
    const scope: Enclosing = { ids, names, around, mayMiss: new Set(), references: [] };
    this.scopes.push(scope);
    const targets = new Set(drafts.flatMap(({ onError }) => gotoTargets(onError).map(({ id }) => id)));
    const compiled = drafts.map((draft) => this.draft(draft, { scope, source, isTarget: targets.has(draft.id) }));
    const needs = compiled.map(({ collector }) => ownNeeds(collector, scope, outer));
    const edges = connect(drafts, needs, faults);
    drafts.forEach((draft, index) => checkJoin(draft, edges[index] as TaskEdges));
    const output = this.output(source, scope, outer);
    const until = this.until(source, scope, outer);
    if (faults.length > before || this.full) return undefined;
    const tasks = compiled.map((parts, index) => assemble(parts, edges[index] as TaskEdges, ids));
    for (const task of tasks) if (mayMiss(task)) scope.mayMiss.add(task.id);
    const readsInput =
      tasks.some((task) => task.readsInput) || output?.readsInput === true || until?.readsInput === true;
    return { scope: scopeOf(tasks, output), until, readsInput };
  }

  private drafts({ body, around, depth }: ScopeSource): TaskDraft[] {
    const { limits, faults } = this.surroundings;
    const entries = Object.entries(body.tasks);
    this.count += entries.length;
    if (depth > limits.maxNesting) {
      faults.push(fault('nesting_too_deep', body.where, { limit: limits.maxNesting }));
      return [];
    }
    if (this.count > limits.maxTasks) {
      if (!this.full) faults.push(fault('too_many_tasks', body.where, { count: this.count, limit: limits.maxTasks }));
      this.full = true;
      return [];
    }
    const drafts: TaskDraft[] = [];
    for (const [id, task] of entries) {
      const reader = new FieldReader(isJsonObject(task) ? task : {}, `${body.where}/${escaped(id)}`, faults);
      if (!TASK_ID.test(id) || isReservedWord(id)) reader.report(fault('invalid_task_id', reader.where, { id }));
      else if (around && locate(around, id)) reader.report(fault('id_in_use', reader.where, { id }));
      if (!isJsonObject(task)) reader.report(fault('wrong_type', reader.where, { expected: 'an object' }));
      else drafts.push(readTask(id, drafts.length, reader));
    }
    return drafts;
  }

  private draft(
    draft: TaskDraft,
    {
      scope,
      source,
      isTarget,
    }: { readonly scope: Enclosing; readonly source: ScopeSource; readonly isTarget: boolean },
  ): CompiledDraft {
    const { faults } = this.surroundings;
    const names = isTarget ? new Set([...scope.names, ERROR_NAME]) : scope.names;
    const collector = new ExpressionCollector(scope, faults, names);
    const when = collector.condition(draft.when, draft.reader.at('when'));
    const work = compileWork(draft, {
      collector,
      compileBody: (request) => this.body(request, { scope, depth: source.depth + 1, collector }),
      indexOf: (id) => scope.ids.get(id),
    });
    if (work?.is === 'event') this.listens = true;
    const compensate = draft.compensate && this.compensation(draft.compensate, { scope, collector });
    return { draft, collector, when, work, type: this.taskType(draft, work), compensate };
  }

  private body(
    request: BodyRequest,
    {
      scope,
      depth,
      collector,
    }: { readonly scope: Enclosing; readonly depth: number; readonly collector: ExpressionCollector },
  ): CompiledBody | undefined {
    const names = new Set([...scope.names, ...(request.names ?? [])]);
    const source = { ...request, names, around: scope, depth };
    const body = this.compile(source, (id, where) => collector.needsToo(id, where));
    if (body?.readsInput) collector.readsInput = true;
    return body;
  }

  /** What undoes a task sees what the task sees, and its output. What it reads beyond makes no edge. */
  private compensation(
    draft: TaskDraft,
    { scope, collector: of }: { readonly scope: Enclosing; readonly collector: ExpressionCollector },
  ): CompiledTask | undefined {
    const names = new Set([...scope.names, 'output']);
    const collector = new ExpressionCollector(scope, this.surroundings.faults, names);
    const around = { collector, compileBody: () => undefined, indexOf: () => undefined };
    const work = compileWork(draft, around);
    for (const [id, where] of collector.needs) of.needsToo(id, where);
    if (collector.readsInput) of.readsInput = true;
    const parts = { draft, collector, when: undefined, work, type: this.taskType(draft, work), compensate: undefined };
    return work && assemble(parts, { needs: [], feeds: [], gates: [], opens: [] }, scope.ids);
  }

  private taskType({ work, reader }: TaskDraft, compiled: Work | undefined): TaskType | undefined {
    if (work?.is !== 'task') return undefined;
    const type = this.surroundings.catalogue.find(work.type);
    if (!type) {
      const known = this.surroundings.catalogue.types().map((one) => one.type);
      const shown = known.slice(0, TYPES_SHOWN).join(', ') || 'none';
      const where = reader.at(reader.has('type') ? 'type' : 'component');
      reader.report(fault('task_type_unknown', where, { type: work.type, known: shown }));
      return undefined;
    }
    if (compiled?.is === 'task' && compiled.input.is === 'constant' && type.input) {
      this.checkInput(type.input, compiled.input.value, reader);
    }
    return type;
  }

  private checkInput(schema: JsonObject, input: Json, reader: FieldReader): void {
    const checked = this.surroundings.schemas.compile(schema);
    if (!checked.ok) return; // the plugin host refuses such a plugin
    for (const found of schemaFaults(checked.value.check(input), reader.at('input'))) reader.report(found);
  }

  private output(
    { output }: ScopeSource,
    scope: Enclosing,
    outer: (id: string, where: JsonPointer) => void,
  ): OutputMapping | undefined {
    if (!output) return undefined;
    const collector = new ExpressionCollector(scope, this.surroundings.faults);
    const mapping = collector.template(output.source, output.where);
    this.reportUnknown(collector, scope, outer);
    return mapping && { mapping, reads: collector.reads, readsInput: collector.readsInput };
  }

  private until(
    { until }: ScopeSource,
    scope: Enclosing,
    outer: (id: string, where: JsonPointer) => void,
  ): CompiledBody['until'] {
    if (!until) return undefined;
    const collector = new ExpressionCollector(scope, this.surroundings.faults);
    const condition = collector.condition(until.source, until.where);
    this.reportUnknown(collector, scope, outer);
    return condition && { condition, reads: collector.reads, readsInput: collector.readsInput };
  }

  /** Mappings see all tasks of their scope without an edge to them. */
  private reportUnknown(
    { needs }: ExpressionCollector,
    scope: Enclosing,
    outer: (id: string, where: JsonPointer) => void,
  ): void {
    for (const [id, where] of needs) {
      const found = locate(scope, id);
      if (!found) this.surroundings.faults.push(fault('unknown_task', where, { id, known: someOf(scope.ids.keys()) }));
      else if (found.up > 0) outer(id, where);
    }
  }
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** What a task needs of its siblings; `outer` hears of the rest. What is nowhere stays, to be reported. */
const ownNeeds = (
  { needs }: ExpressionCollector,
  scope: Enclosing,
  outer: (id: string, where: JsonPointer) => void,
): TaskReads => {
  const own = new Map<string, JsonPointer>();
  for (const [id, where] of needs) {
    if ((locate(scope, id)?.up ?? 0) === 0) own.set(id, where);
    else outer(id, where);
  }
  return own;
};

const checkJoin = ({ join, reader }: TaskDraft, { needs }: TaskEdges): void => {
  const needed = join === 'any' ? 1 : join;
  if (needed === 'all' || needed <= needs.length) return;
  reader.report(fault('join_out_of_reach', reader.at('join'), { needed, count: needs.length }));
};

const scopeOf = (tasks: readonly CompiledTask[], output: OutputMapping | undefined): CompiledScope => ({
  tasks,
  byId: new Map(tasks.map((task) => [task.id, task])),
  output,
  leaves: tasks.filter(({ feeds, opens }) => feeds.length === 0 && opens.length === 0),
});

/** Only called when nothing is wrong with the scope. */
const assemble = (
  { draft, collector, when, work, type, compensate }: CompiledDraft,
  edges: TaskEdges,
  ids: ReadonlyMap<string, number>,
): CompiledTask => {
  const timeout = draft.timeout ?? type?.timeout;
  return {
    id: draft.id,
    index: draft.index,
    name: draft.name,
    work: work as Work,
    when,
    join: joinOf(draft),
    retry: draft.retry ?? (type?.retry && compileRetryPolicy(type.retry)),
    ownRetry: draft.retry !== undefined,
    timeout: timeout === undefined ? undefined : timeout * 1000,
    onError: draft.onError.map((handler) => handlerOf(handler, ids)),
    onLost: draft.onLost,
    priority: draft.priority,
    effects: draft.effects ?? type?.effects ?? 'write',
    compensate,
    readsInput: collector.readsInput,
    ...edges,
    reads: collector.reads,
  };
};

const joinOf = ({ join }: TaskDraft): Join => {
  if (join === 'all') return { is: 'all' };
  return { is: 'count', needed: join === 'any' ? 1 : join };
};

const handlerOf = (
  { classes, then }: TaskDraft['onError'][number],
  ids: ReadonlyMap<string, number>,
): ErrorHandler => ({
  classes: classes && new Set(classes),
  remedy: remedyOf(then, ids),
});

const remedyOf = (then: TaskDraft['onError'][number]['then'], ids: ReadonlyMap<string, number>): Remedy =>
  typeof then === 'object' ? { is: 'goto', target: ids.get(then.goto) as number } : { is: then };
