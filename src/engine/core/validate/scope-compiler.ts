import {
  fault,
  isJsonObject,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../../kernel/index.js';
import type {
  CompiledScope,
  CompiledTask,
  DefinitionLimits,
  OutputMapping,
  VariableMapping,
  Work,
} from '../definition.js';
import { isReservedWord } from '../expression/index.js';
import { schemaFaults, type SchemaChecker } from '../schema-checker.js';
import { ERROR_NAME, STATE_NAME } from '../names.js';
import type { ComponentDirectory, CredentialDirectory, TaskCatalogue, TaskType } from '../task-type.js';
import { checkComponent } from './component-params.js';
import { checkCredentials } from './credential-places.js';
import { connect, gotoTargets, someOf, type TaskEdges, type TaskReads } from './edges.js';
import { locate, variablesSeen, type Enclosing } from './enclosing.js';
import { assemble, type CompiledDraft } from './assemble.js';
import { ExpressionCollector } from './expression-collector.js';
import { FieldReader } from './field-reader.js';
import { mayMiss } from './may-be-null.js';
import { readTask, undoingOf, type DraftHandler, type TaskDraft } from './task-draft.js';
import { compileWork, type BodyRequest, type CompiledBody } from './work-compiler.js';

/** What the scopes of one definition are compiled with. */
export interface ScopeSurroundings {
  readonly catalogue: TaskCatalogue;
  readonly schemas: SchemaChecker;
  readonly limits: DefinitionLimits;
  readonly credentials?: CredentialDirectory;
  readonly components?: ComponentDirectory;
  readonly wasAccepted?: true;
  readonly faults: Fault[];
}

/** The tasks of one scope, and what else is said about it. */
export interface ScopeSource extends Omit<BodyRequest, 'names'> {
  readonly names: ReadonlySet<string>;
  readonly around: Enclosing | undefined;
  /** For tasks that have no handlers of their own. */
  readonly onError?: readonly DraftHandler[];
  /** 1 for the tasks of the workflow. */
  readonly depth: number;
}

const TASK_ID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const TYPES_SHOWN = 20;

/** Compiles scopes and what is nested in them. Every fault is reported; a scope with faults may not be run. */
export class ScopeCompiler {
  /** Tasks read so far, in all scopes. */
  count = 0;
  /** All scopes, outer ones first. */
  readonly scopes: Enclosing[] = [];
  /** Some task waits for an event. */
  listens = false;
  /** Of the events that tasks wait for, as far as they are constants. */
  readonly eventNames = new Set<string>();
  /** Some scope has variables. */
  hasVariables = false;
  private full = false;

  constructor(private readonly surroundings: ScopeSurroundings) {}

  /** `outer`: told of what the scope needs from around it. */
  compile(source: ScopeSource, outer: (id: string, where: JsonPointer) => void): CompiledBody | undefined {
    const { faults } = this.surroundings;
    const before = faults.length;
    const drafts = this.drafts(source);
    const ids = new Map(drafts.map((draft) => [draft.id, draft.index]));
    const scope = this.enclosing(source, ids);
    const variables = this.variables(source, scope, outer);
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
    return { scope: { ...scopeOf(tasks, output), variables }, until, readsInput };
  }

  private enclosing({ around, names, state }: ScopeSource, ids: ReadonlyMap<string, number>): Enclosing {
    if (state) this.hasVariables = true;
    const seen = state ? new Set([...names, STATE_NAME]) : names;
    const variables = new Set(Object.keys(state?.source ?? {}));
    const scope = { ids, names: seen, around, variables, mayMiss: new Set<string>(), references: [] };
    this.scopes.push(scope);
    return scope;
  }

  /** First values see what stands around the scope, and nothing in it. */
  private variables(
    { state, around, names }: ScopeSource,
    scope: Enclosing,
    outer: (id: string, where: JsonPointer) => void,
  ): VariableMapping | undefined {
    if (!state) return undefined;
    const { faults } = this.surroundings;
    for (const name of Object.keys(state.source)) {
      if (VARIABLE.test(name) && !isReservedWord(name)) continue;
      faults.push(fault('variable_in_use', `${state.where}/${escaped(name)}`, { name, reserved: 'them' }));
    }
    const outside = around ?? { ...scope, ids: new Map<string, number>(), names, variables: new Set<string>() };
    const collector = new ExpressionCollector(outside, faults, names);
    const mapping = collector.template(state.source, state.where);
    for (const [id, where] of collector.needs) {
      if (locate(outside, id)) outer(id, where);
      else faults.push(fault('unknown_task', where, { id, known: someOf(outside.ids.keys()) }));
    }
    return mapping && { names: scope.variables, mapping, reads: collector.reads };
  }

  private drafts({ body, around, depth, onError = [] }: ScopeSource): TaskDraft[] {
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
      else drafts.push(withHandlers(readTask(id, drafts.length, reader), onError));
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
    if (work?.is === 'event') {
      this.listens = true;
      const name = work.name.is === 'constant' ? work.name.value : undefined;
      if (typeof name === 'string') this.eventNames.add(name);
    }
    const type = this.taskType(draft, work);
    const undo = undoingOf(draft, type);
    const compensate = undo && this.compensation(undo, { scope, collector });
    const extras = this.extras(draft, collector);
    return { draft, collector, when, work, type, compensate, ...extras };
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

  /** What a task says beside its work. */
  private extras(
    draft: TaskDraft,
    collector: ExpressionCollector,
  ): Pick<CompiledDraft, 'limitKey' | 'cacheKey' | 'set'> {
    const { reader, limit, cache, set, work } = draft;
    const limitKey = limit && collector.template(limit.key, reader.at('concurrency_key'));
    const key = cache?.key ?? (work?.is === 'task' ? work.input : null);
    const cacheKey =
      cache && collector.template(key, cache.key === undefined ? reader.at('input') : reader.at('cache', 'key'));
    const known = variablesSeen(collector.scope);
    for (const name of Object.keys(set ?? {})) {
      if (!known.has(name))
        reader.report(fault('unknown_variable', reader.at('set', name), { name, known: someOf(known) || 'none' }));
    }
    return { limitKey, cacheKey, set: set && collector.template(set, reader.at('set'), { more: ['output'] }) };
  }

  /** A task beside the graph of the workflow, which tells of its end. */
  notice(draft: TaskDraft): CompiledTask | undefined {
    const [scope] = this.scopes;
    if (!scope) return undefined;
    const names = new Set([...scope.names, 'output', ERROR_NAME]);
    const collector = new ExpressionCollector(scope, this.surroundings.faults, names);
    const work = compileWork(draft, { collector, compileBody: () => undefined, indexOf: () => undefined });
    this.reportUnknown(collector, scope, () => undefined);
    return this.aside(draft, { scope, collector, work });
  }

  private aside(
    draft: TaskDraft,
    parts: { readonly scope: Enclosing; readonly collector: ExpressionCollector; readonly work: Work | undefined },
  ): CompiledTask | undefined {
    const { scope, collector, work } = parts;
    const type = this.taskType(draft, work);
    const nothing = {
      when: undefined,
      compensate: undefined,
      limitKey: undefined,
      cacheKey: undefined,
      set: undefined,
    };
    const edges = { needs: [], feeds: [], gates: [], opens: [] };
    return work && assemble({ draft, collector, work, type, ...nothing }, edges, scope.ids);
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
    return this.aside(draft, { scope, collector, work });
  }

  private taskType(draft: TaskDraft, compiled: Work | undefined): TaskType | undefined {
    const { work, reader } = draft;
    if (work?.is !== 'task') return undefined;
    const type = this.surroundings.catalogue.find(work.type);
    if (!type) {
      const known = this.surroundings.catalogue.types().map((one) => one.type);
      const shown = known.slice(0, TYPES_SHOWN).join(', ') || 'none';
      const where = reader.at(reader.has('type') ? 'type' : 'component');
      reader.report(fault('task_type_unknown', where, { type: work.type, known: shown }));
      return undefined;
    }
    if (this.surroundings.wasAccepted) return type;
    checkCredentials(draft, type, this.surroundings.credentials);
    if (compiled?.is === 'task' && compiled.input.is === 'constant' && type.input) {
      this.checkInput(type.input, compiled.input.value, reader);
    }
    checkComponent(draft, compiled, this.surroundings);
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

/** A task that handles failures is not among those whose failure it handles. */
const withHandlers = (draft: TaskDraft, onError: readonly DraftHandler[]): TaskDraft => {
  if (onError.length === 0 || draft.reader.has('on_error')) return draft;
  const isTarget = gotoTargets(onError).some(({ id }) => id === draft.id);
  return isTarget ? draft : { ...draft, onError };
};

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

const scopeOf = (
  tasks: readonly CompiledTask[],
  output: OutputMapping | undefined,
): Omit<CompiledScope, 'variables'> => ({
  tasks,
  byId: new Map(tasks.map((task) => [task.id, task])),
  byPath: new Map(tasks.map((task) => [task.path, task])),
  output,
  leaves: tasks.filter(({ feeds, opens }) => feeds.length === 0 && opens.length === 0),
});
