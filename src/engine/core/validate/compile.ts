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
  type Result,
  type Warning,
} from '../../../kernel/index.js';
import { DEFAULT_LIMITS, type CompiledTask, type CompiledWorkflow, type DefinitionLimits } from '../definition.js';
import type { CheckedSchema, SchemaChecker } from '../schema-checker.js';
import { WORKFLOW_NAMES } from '../names.js';
import type { ComponentDirectory, CredentialDirectory, TaskCatalogue } from '../task-type.js';
import { checkTypes } from './expression-types/walk.js';
import { readBudget } from './budget.js';
import { readCheckpoints } from './checkpoint-policy.js';
import { FieldReader } from './field-reader.js';
import { mayBeNull } from './may-be-null.js';
import { readAside, readOnError } from './task-draft.js';
import { ScopeCompiler } from './scope-compiler.js';

/** What a definition is checked against. */
export interface Surroundings {
  readonly catalogue: TaskCatalogue;
  readonly schemas: SchemaChecker;
  readonly limits?: DefinitionLimits;
  /** Absent: credentials are not looked up. */
  readonly credentials?: CredentialDirectory;
  /** Absent: params of components are not checked. */
  readonly components?: ComponentDirectory;
  /**
   * The document was accepted before: what its task types say today of inputs, outputs and credentials is not held against
   * it. They may belong to another version of a plugin.
   */
  readonly wasAccepted?: true;
}

/** A definition that may be run, and what its author should look at. */
export interface Accepted {
  readonly compiled: CompiledWorkflow;
  readonly warnings: readonly Warning[];
}

const FIELDS = [
  ...['name', 'version', 'description', 'input_schema', 'output_schema', 'output', 'tasks'],
  ...['timeout', 'fail_fast', 'metadata', 'tags', 'state', 'concurrency', 'checkpoints', 'budget'],
  ...['on_error', 'on_complete', 'on_failure'],
];
const MAX_CONCURRENCY = 100_000;
const YEAR_SECONDS = 31_536_000;

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

/** What the fields of the document say that concern it as a whole. */
type Header = Pick<
  CompiledWorkflow,
  | 'name'
  | 'version'
  | 'inputSchema'
  | 'outputSchema'
  | 'timeout'
  | 'failFast'
  | 'concurrency'
  | 'checkpoints'
  | 'budget'
>;

const UNTYPED = { faults: [], warnings: [] };

class WorkflowCompiler {
  constructor(
    private readonly reader: FieldReader,
    private readonly surroundings: Surroundings,
    private readonly faults: Fault[],
  ) {}

  compile(limits: DefinitionLimits): Accepted | undefined {
    const { reader, faults } = this;
    reader.refuseUnknown(FIELDS);
    const header = this.header();
    if (!reader.has('tasks')) reader.report(fault('required_field', '', { field: 'tasks' }));
    const tasks = reader.record('tasks') ?? {};
    const scopes = new ScopeCompiler({ ...this.surroundings, limits, faults });
    const output = reader.raw('output');
    const state = reader.record('state');
    const root = scopes.compile(
      {
        body: { where: '/tasks', tasks },
        ...(output !== undefined && { output: { source: output, where: '/output' } }),
        ...(state && { state: { source: state, where: '/state' } }),
        onError: readOnError(reader),
        names: WORKFLOW_NAMES,
        around: undefined,
        depth: 1,
      },
      () => undefined,
    );
    const onComplete = this.notice('on_complete', scopes);
    const onFailure = this.notice('on_failure', scopes);
    if (this.faults.length > 0 || !root) return undefined;
    const { catalogue, components, wasAccepted } = this.surroundings;
    const definition = { scope: root.scope, document: reader.object, catalogue, components };
    const typed = wasAccepted ? UNTYPED : checkTypes(definition);
    faults.push(...typed.faults);
    if (faults.length > 0) return undefined;
    deepFreeze(reader.object); // shared by all executions: nobody may change the document behind a compiled one
    const { count: taskCount, listens, eventNames, hasVariables } = scopes;
    const about = { document: reader.object, taskCount, listens, eventNames, hasVariables, onComplete, onFailure };
    const compiled = { ...header, ...about, scope: root.scope };
    return { compiled, warnings: [...mayBeNull(scopes.scopes), ...typed.warnings] };
  }

  private notice(field: 'on_complete' | 'on_failure', scopes: ScopeCompiler): CompiledTask | undefined {
    const draft = readAside(field, this.reader, field);
    return draft && scopes.notice(draft);
  }

  private header(): Header {
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
      concurrency: reader.number('concurrency', { min: 1, max: MAX_CONCURRENCY, integer: true }),
      checkpoints: readCheckpoints(reader),
      budget: readBudget(reader),
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
}
