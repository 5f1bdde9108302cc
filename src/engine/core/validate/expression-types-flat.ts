import type { Fault, JsonObject, Warning } from '../../../kernel/index.js';
import type { Template } from '../expression/index.js';
import type { TaskType } from '../task-type.js';
import type { TypeEnvironment } from './expression-types-check.js';
import { scopeTypes, TypeCheck, type TaskShape } from './expression-types-scope.js';
import { typeOfSchema } from './expression-types-schema.js';
import { ANY, type Type } from './expression-types.js';
import type { TaskDraft } from './task-draft.js';
import type { TaskExpressions } from './task-expressions.js';

/** A definition of one scope, as far as its tasks have been read. */
export interface FlatScope {
  readonly document: JsonObject;
  readonly drafts: readonly TaskDraft[];
  readonly expressions: readonly TaskExpressions[];
  readonly types: readonly (TaskType | undefined)[];
  readonly output: Template | undefined;
}

const shapeOf = ({ work }: TaskDraft, type: TaskType | undefined): TaskShape => {
  if (work?.is === 'switch') return { is: 'switch', targets: work.branches.map(({ goto }) => goto) };
  return work?.is === 'task' ? { is: 'task', type } : { is: 'unknown' };
};

/** Checks all expressions of a scope against the schemas of what they read, and inputs against what tasks want. */
export const checkScopeTypes = (
  scope: FlatScope,
): { readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] } => {
  const byId = new Map(scope.drafts.map((draft) => [draft.id, shapeOf(draft, scope.types[draft.index])]));
  const environment = scopeTypes({ inputSchema: scope.document.input_schema, task: (id) => byId.get(id) });
  const check = new TypeCheck();
  for (const draft of scope.drafts) checkTask(draft, scope, { check, environment });
  const wanted = scope.output ? typeOfSchema(scope.document.output_schema, { defaults: false }) : ANY;
  check.template(scope.output, environment, { type: wanted, pointer: '/output' });
  return check;
};

const checkTask = (
  draft: TaskDraft,
  scope: FlatScope,
  { check, environment }: { readonly check: TypeCheck; readonly environment: TypeEnvironment },
): void => {
  const expressions = scope.expressions[draft.index];
  if (!expressions) return;
  check.condition(expressions.when, environment);
  for (const condition of expressions.branches) check.condition(condition, environment);
  const wanted = typeOfSchema(scope.types[draft.index]?.input, { defaults: false });
  const pointer = draft.reader.at('input');
  if (!draft.reader.has('component')) return check.template(expressions.input, environment, { type: wanted, pointer });
  // `component` and `action` stand beside the input, which is their `params`.
  check.template(paramsIn(expressions.input), environment, { type: paramsOf(wanted), pointer });
};

const paramsIn = (input: Template | undefined): Template | undefined =>
  input?.is === 'object' ? input.entries.find(([name]) => name === 'params')?.[1] : undefined;

const paramsOf = (wanted: Type): Type => {
  const object = wanted.is === 'any' ? undefined : wanted.alternatives.find(({ kind }) => kind === 'object');
  return object?.kind === 'object' ? object.fields.field('params').type : ANY;
};
