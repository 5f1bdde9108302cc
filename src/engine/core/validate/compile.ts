import {
  boundedReport,
  deepFreeze,
  err,
  fault,
  isJsonObject,
  jsonDepth,
  ok,
  unspeakableNumbers,
  type Fault,
  type Json,
  type JsonObject,
  type Result,
  type Warning,
} from '../../../kernel/index.js';
import { compileRetryPolicy } from '../../../retry-policy/index.js';
import {
  DEFAULT_LIMITS,
  type CompiledTask,
  type CompiledWorkflow,
  type DefinitionLimits,
  type Join,
  type OnError,
  type Work,
} from '../definition.js';
import { isReservedWord } from '../expression/index.js';
import type { CheckedSchema, SchemaChecker } from '../schema-checker.js';
import { schemaFaults } from '../start.js';
import { WORKFLOW_NAMES } from '../step-scope.js';
import type { TaskCatalogue, TaskType } from '../task-type.js';
import { connect, someOf, type TaskEdges } from './edges.js';
import { checkScopeTypes } from './expression-types-flat.js';
import { FieldReader } from './field-reader.js';
import { mayBeNull } from './may-be-null.js';
import { readTask, type TaskDraft } from './task-draft.js';
import {
  compileTaskExpressions,
  ExpressionCollector,
  resolveBranches,
  type TaskExpressions,
} from './task-expressions.js';

/** What a definition is checked against. */
export interface Surroundings {
  readonly catalogue: TaskCatalogue;
  readonly schemas: SchemaChecker;
  readonly limits?: DefinitionLimits;
}

/** A definition that may be run, and what its author should look at. */
export interface Accepted {
  readonly compiled: CompiledWorkflow;
  readonly warnings: readonly Warning[];
}

const FIELDS = [
  ...['name', 'version', 'description', 'input_schema', 'output_schema', 'output', 'tasks'],
  ...['timeout', 'fail_fast', 'metadata', 'tags'],
];
const TASK_ID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const YEAR_SECONDS = 31_536_000;
const TYPES_SHOWN = 20;

/**
 * The one validator: a canonical document (design §5) → something that runs, or every fault in one report, each with
 * a code, a JSON pointer and a cure. Never throws, whatever the document holds.
 */
export const compileWorkflow = (document: unknown, surroundings: Surroundings): Result<Accepted, readonly Fault[]> => {
  const limits = surroundings.limits ?? DEFAULT_LIMITS;
  if (!isJsonObject(document)) return err([fault('wrong_type', '', { expected: 'an object' })]);
  if (jsonDepth(document, limits.maxDepth + 1) > limits.maxDepth) {
    return err([fault('nesting_too_deep', '', { limit: limits.maxDepth })]);
  }
  const faults: Fault[] = unspeakableNumbers(document).map(({ pointer, value }) =>
    fault('not_json', pointer, { value: String(value) }),
  );
  const reader = new FieldReader(document, '', faults);
  const accepted = new WorkflowCompiler(reader, surroundings, faults).compile(limits);
  return faults.length > 0 || !accepted ? err(boundedReport(faults)) : ok(accepted);
};

class WorkflowCompiler {
  constructor(
    private readonly reader: FieldReader,
    private readonly surroundings: Surroundings,
    private readonly faults: Fault[],
  ) {}

  compile(limits: DefinitionLimits): Accepted | undefined {
    const { reader } = this;
    reader.refuseUnknown(FIELDS);
    const header = this.header();
    const drafts = this.drafts(limits);
    const targets = new Set(drafts.flatMap(({ onError }) => (typeof onError === 'object' ? [onError.goto] : [])));
    const expressions = drafts.map((draft) => compileTaskExpressions(draft, targets.has(draft.id), this.faults));
    const edges = connect(drafts, expressions, this.faults);
    const types = drafts.map((draft, index) => this.taskType(draft, expressions[index] as TaskExpressions));
    const byIndex = new Map(drafts.map((draft) => [draft.id, draft.index]));
    const output = this.output(byIndex);
    drafts.forEach((draft, index) => this.checkJoin(draft, edges[index] as TaskEdges));
    // Types of expressions: the one call into expression-types*.ts.
    const typed = checkScopeTypes({ document: reader.object, drafts, expressions, types, output: output?.mapping });
    this.faults.push(...typed.faults);
    if (this.faults.length > 0) return undefined;
    const indexOf = (id: string): number => byIndex.get(id) as number;
    const tasks = drafts.map((draft, index) =>
      assemble({
        draft,
        expressions: expressions[index] as TaskExpressions,
        edges: edges[index] as TaskEdges,
        type: types[index],
        indexOf,
      }),
    );
    const scope = { tasks, byId: new Map(tasks.map((task) => [task.id, task])) };
    const compiled = deepFreezeDocument({ ...header, document: reader.object, scope, output });
    return { compiled, warnings: [...mayBeNull(tasks, expressions), ...typed.warnings] };
  }

  private header(): Omit<CompiledWorkflow, 'document' | 'scope' | 'output'> {
    const { reader } = this;
    const name = reader.text('name');
    if (!reader.has('name')) reader.report(fault('required_field', '', { field: 'name' }));
    if (name !== undefined && (name.trim() === '' || name.length > 255)) {
      reader.report(fault('out_of_range', '/name', { expected: 'a text of 1 to 255 characters' }));
    }
    reader.text('description');
    reader.record('metadata');
    reader.texts('tags');
    const seconds = reader.number('timeout', { min: 0.001, max: YEAR_SECONDS });
    return {
      name: name ?? '',
      version: reader.text('version') ?? '1.0.0',
      inputSchema: this.schema('input_schema'),
      outputSchema: this.schema('output_schema'),
      timeout: seconds === undefined ? undefined : seconds * 1000,
      failFast: reader.flag('fail_fast') ?? false,
    };
  }

  private schema(field: string): CheckedSchema | undefined {
    const schema = this.reader.raw(field);
    if (schema === undefined) return undefined;
    const checked = this.surroundings.schemas.compile(schema);
    if (checked.ok) return checked.value;
    const { pointer, reason } = checked.error;
    this.faults.push(fault('invalid_schema', `${this.reader.at(field)}${pointer}`, { reason }));
    return undefined;
  }

  private drafts(limits: DefinitionLimits): TaskDraft[] {
    const { reader } = this;
    if (!reader.has('tasks')) reader.report(fault('required_field', '', { field: 'tasks' }));
    const tasks = Object.entries(reader.record('tasks') ?? {});
    if (tasks.length > limits.maxTasks) {
      reader.report(fault('too_many_tasks', '/tasks', { count: tasks.length, limit: limits.maxTasks }));
      return [];
    }
    const drafts: TaskDraft[] = [];
    for (const [id, task] of tasks) {
      const where = reader.at('tasks', id);
      if (!TASK_ID.test(id) || isReservedWord(id)) reader.report(fault('invalid_task_id', where, { id }));
      if (!isJsonObject(task)) reader.report(fault('wrong_type', where, { expected: 'an object' }));
      else drafts.push(readTask(id, drafts.length, new FieldReader(task, where, this.faults)));
    }
    return drafts;
  }

  private taskType({ work, reader }: TaskDraft, expressions: TaskExpressions): TaskType | undefined {
    if (work?.is !== 'task') return undefined;
    const type = this.surroundings.catalogue.find(work.type);
    if (!type) {
      const known = this.surroundings.catalogue.types().map((known) => known.type);
      const shown = known.slice(0, TYPES_SHOWN).join(', ') || 'none';
      reader.report(
        fault('task_type_unknown', reader.at(reader.has('type') ? 'type' : 'component'), {
          type: work.type,
          known: shown,
        }),
      );
      return undefined;
    }
    if (expressions.constantInput && type.input) this.checkInput(type.input, work.input, reader);
    return type;
  }

  private checkInput(schema: JsonObject, input: Json, reader: FieldReader): void {
    const checked = this.surroundings.schemas.compile(schema);
    if (!checked.ok) return; // the plugin host refuses such a plugin
    for (const found of schemaFaults(checked.value.check(input), reader.at('input'))) reader.report(found);
  }

  private output(byIndex: ReadonlyMap<string, number>): CompiledWorkflow['output'] {
    const mapping = this.reader.raw('output');
    if (mapping === undefined) return undefined;
    const collector = new ExpressionCollector(WORKFLOW_NAMES, this.faults);
    const template = collector.template(mapping, '/output', false);
    const reads: number[] = [];
    const known = someOf(byIndex.keys());
    for (const [id, where] of collector.tasks) {
      const index = byIndex.get(id);
      if (index === undefined) this.faults.push(fault('unknown_task', where, { id, known }));
      else reads.push(index);
    }
    return template && { mapping: template, reads };
  }

  private checkJoin({ join, reader }: TaskDraft, { needs }: TaskEdges): void {
    const needed = join === 'any' ? 1 : join;
    if (needed === 'all' || needed <= needs.length) return;
    reader.report(fault('join_out_of_reach', reader.at('join'), { needed, count: needs.length }));
  }
}

/** Definitions are shared by all executions: nobody may change the document behind a compiled one. */
const deepFreezeDocument = (compiled: CompiledWorkflow): CompiledWorkflow => {
  deepFreeze(compiled.document);
  return compiled;
};

interface Parts {
  readonly draft: TaskDraft;
  readonly expressions: TaskExpressions;
  readonly edges: TaskEdges;
  readonly type: TaskType | undefined;
  readonly indexOf: (id: string) => number;
}

const assemble = ({ draft, expressions, edges, type, indexOf }: Parts): CompiledTask => {
  const timeout = draft.timeout ?? type?.timeout;
  return {
    id: draft.id,
    index: draft.index,
    name: draft.name,
    work: workOf(draft, expressions, indexOf),
    when: expressions.when,
    join: joinOf(draft),
    retry: draft.retry ?? (type?.retry && compileRetryPolicy(type.retry)),
    ownRetry: draft.retry !== undefined,
    timeout: timeout === undefined ? undefined : timeout * 1000,
    onError: onErrorOf(draft, indexOf),
    onLost: draft.onLost,
    priority: draft.priority,
    effects: draft.effects ?? type?.effects ?? 'write',
    ...edges,
  };
};

const workOf = (draft: TaskDraft, expressions: TaskExpressions, indexOf: (id: string) => number): Work => {
  if (draft.work?.is === 'task' && expressions.input)
    return { is: 'task', type: draft.work.type, input: expressions.input };
  return { is: 'switch', branches: resolveBranches(draft, expressions.branches, indexOf) };
};

const joinOf = ({ join }: TaskDraft): Join => {
  if (join === 'all') return { is: 'all' };
  return { is: 'count', needed: join === 'any' ? 1 : join };
};

const onErrorOf = ({ onError }: TaskDraft, indexOf: (id: string) => number): OnError =>
  typeof onError === 'object' ? { is: 'goto', target: indexOf(onError.goto) } : { is: onError };
