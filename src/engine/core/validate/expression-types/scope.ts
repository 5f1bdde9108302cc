import { fault, type Fault, type Json, type JsonPointer, type Warning } from '../../../../kernel/index.js';
import { syntaxOf, type Condition, type Expression, type Template } from '../../expression/index.js';
import { CALLBACK_URL } from '../../names.js';
import type { TaskType } from '../../task-type.js';
import { checkExpression, type Finding, type TypeEnvironment } from './check.js';
import { misfits } from './fit.js';
import { typeOfSchema } from './schema.js';
import {
  ANY,
  listOf,
  mayBe,
  nameOf,
  NULL,
  oneOf,
  record,
  resultOf,
  simple,
  STRING,
  typeOfValue,
  union,
  type Alternative,
  type Type,
} from './type.js';

/** What a task leaves behind, by what it is. Constructs nest: their bodies are scopes of their own. */
export type TaskShape =
  | { readonly is: 'task'; readonly type: Pick<TaskType, 'output'> | undefined }
  | { readonly is: 'switch'; readonly targets: readonly string[] }
  | { readonly is: 'map' | 'loop' | 'body'; readonly output: Type }
  | { readonly is: 'race'; readonly entrants: readonly string[] }
  | { readonly is: 'approval' }
  | { readonly is: 'webhook' }
  | { readonly is: 'unknown' };

const NUMBER_OR_NULL = simple('number', 'null');
const ABSENT: Alternative = { kind: 'null', untold: true };

const outputOf = (shape: TaskShape): Type => {
  switch (shape.is) {
    case 'task':
      return typeOfSchema(shape.type?.output, { defaults: false });
    case 'switch':
      return union(...shape.targets.map((id) => typeOfValue(id)), NULL);
    case 'map':
      return listOf(union(shape.output, NULL));
    case 'loop':
    case 'body':
      return shape.output;
    case 'race':
      return record({ winner: union(...shape.entrants.map((id) => typeOfValue(id))), output: ANY });
    case 'approval':
      return record({ approved: simple('bool'), by: ANY, at: ANY, comment: ANY });
    case 'webhook':
    case 'unknown':
      return ANY;
  }
};

const STATUSES = ['pending', 'waiting', 'running', 'completed', 'failed', 'skipped', 'canceled'];
const KINDS = ['transient', 'fatal', 'timeout', 'canceled'];
const FAILURE = {
  kind: oneOf({ kind: 'string', values: KINDS }),
  code: STRING,
  message: STRING,
};
const MORE_OF_FAILURE = { details: ANY, retry_after: NUMBER_OR_NULL };

/** `tasks.<id>`: what an expression sees of a task, which may always be without an output. */
const viewOf = (shape: TaskShape): Type =>
  record({
    status: oneOf({ kind: 'string', values: STATUSES }),
    output: union(outputOf(shape), oneOf(ABSENT)),
    error: union(record(FAILURE, MORE_OF_FAILURE), oneOf(ABSENT)),
    ...(shape.is === 'webhook' && { [CALLBACK_URL]: STRING }),
  });

/** What expressions of a scope see, beside what is named for them alone (`error`, `index`, the name of an element). */
export interface ScopeShape {
  readonly inputSchema: Json | undefined;
  /** Undefined: there is no such task, which the edges tell of. */
  readonly task: (id: string) => TaskShape | undefined;
}

const views = (task: ScopeShape['task']): Type => {
  const known = new Map<string, Type>();
  const view = (id: string): Type => {
    const made = known.get(id) ?? viewOf(task(id) ?? { is: 'unknown' });
    known.set(id, made);
    return made;
  };
  const field = (id: string) => ({ presence: 'always', type: view(id) }) as const;
  return oneOf({ kind: 'object', fields: { field, names: [], required: [] } });
};

/** `error`: a failure with the address of its step, or null. */
export const ERROR_TYPE: Type = union(record({ ...FAILURE, step: STRING }, MORE_OF_FAILURE), oneOf(ABSENT));

/** The names of a scope. A body adds its own: `new Map([...scope, ['index', NUMBER]])`. */
export const scopeTypes = ({ inputSchema, task }: ScopeShape): TypeEnvironment =>
  new Map([
    ['input', typeOfSchema(inputSchema, { defaults: true })],
    ['tasks', views(task)],
    ['workflow', record({ id: STRING, name: STRING, version: STRING })],
    ['execution', record({ id: STRING, start_time: STRING, metadata: ANY })],
    ['error', ERROR_TYPE],
  ]);

/** Collects what is found in the expressions of a document: faults refuse it, warnings do not. */
export class TypeCheck {
  readonly faults: Fault[] = [];
  readonly warnings: Warning[] = [];

  /** A condition must be able to be true or false. */
  condition(condition: Condition | undefined, environment: TypeEnvironment): void {
    if (condition?.is !== 'expression') return;
    const { expression } = condition;
    const type = resultOf(this.typeOf(expression, environment));
    if (mayBe(type, 'bool')) return;
    const reason = `the condition is ${nameOf(type)}, and neither true nor false`;
    this.faults.push(fault('wrong_operand', expression.pointer, { reason }));
  }

  /** A value with expressions; `wanted` is what it must fit. */
  template(
    template: Template | undefined,
    environment: TypeEnvironment,
    wanted: { readonly type: Type; readonly pointer: JsonPointer },
  ): void {
    if (!template || template.is === 'constant') return;
    const types = new Map<Expression, Type>();
    for (const expression of expressionsIn(template)) types.set(expression, this.result(expression, environment));
    const typeOf = (expression: Expression): Type => types.get(expression) ?? ANY;
    this.faults.push(...misfits(template, wanted.type, { pointer: wanted.pointer, typeOf }));
  }

  private result(expression: Expression, environment: TypeEnvironment): Type {
    const type = this.typeOf(expression, environment);
    if (mayBe(type, 'null', 'bool', 'number', 'string', 'list', 'object', 'optional')) return type;
    const reason = `"${expression.source.slice(0, 60)}" is of type ${nameOf(type)}, which is no JSON; write string(…) around it`;
    this.faults.push(fault('wrong_operand', expression.pointer, { reason }));
    return ANY;
  }

  private typeOf(expression: Expression, environment: TypeEnvironment): Type {
    const { ast, text } = syntaxOf(expression);
    const { type, findings } = checkExpression(ast, environment, { source: text, pointer: expression.pointer });
    for (const { severity, ...found } of findings) this.listFor(severity).push(found);
    return type;
  }

  private listFor(severity: Finding['severity']): Fault[] {
    return severity === 'fails' ? this.faults : this.warnings;
  }
}

function* expressionsIn(template: Template): Generator<Expression> {
  switch (template.is) {
    case 'expression':
      yield template.expression;
      return;
    case 'text':
      for (const part of template.parts) if (typeof part === 'object' && 'run' in part) yield part;
      return;
    case 'list':
      for (const entry of template.entries) yield* expressionsIn(entry);
      return;
    case 'object':
      for (const [, entry] of template.entries) yield* expressionsIn(entry);
      return;
    default:
  }
}
