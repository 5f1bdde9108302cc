import { fault, ownValue, type Fault, type Json, type JsonPointer } from '../../../kernel/index.js';
import type { Branch } from '../definition.js';
import {
  compileCondition,
  compileTemplate,
  type CompileOptions,
  type Compiled,
  type Condition,
  type Reference,
  type Template,
} from '../expression/index.js';
import { ERROR_NAME, WORKFLOW_NAMES } from '../step-scope.js';
import { COMPONENT_TASK_TYPE, type TaskDraft } from './task-draft.js';

/** The compiled expressions of a task, and what they refer to. */
export interface TaskExpressions {
  readonly when: Condition | undefined;
  readonly input: Template | undefined;
  /** Conditions of the branches of a switch, by position. */
  readonly branches: readonly (Condition | undefined)[];
  readonly references: readonly Reference[];
  /** Ids of the tasks read, with the pointer of the first place. */
  readonly tasks: ReadonlyMap<string, string>;
  /** The input holds no expression: it can be checked when the workflow is saved. */
  readonly constantInput: boolean;
}

const WITH_ERROR: ReadonlySet<string> = new Set([...WORKFLOW_NAMES, ERROR_NAME]);

/** Collects the references and faults of the expressions of one place of the document. */
export class ExpressionCollector {
  readonly references: Reference[] = [];
  readonly tasks = new Map<string, string>();

  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly faults: Fault[],
  ) {}

  template(source: Json, pointer: JsonPointer, secrets: boolean): Template | undefined {
    return this.take(compileTemplate(source, this.options(pointer, secrets)));
  }

  condition(source: Json | undefined, pointer: JsonPointer): Condition | undefined {
    return source === undefined ? undefined : this.take(compileCondition(source, this.options(pointer, false)));
  }

  private options(pointer: JsonPointer, secrets: boolean): CompileOptions {
    return { pointer, names: this.names, secrets };
  }

  private take<T>(compiled: Compiled<T>): T | undefined {
    this.faults.push(...compiled.faults);
    if (compiled.faults.length > 0) return undefined;
    for (const reference of compiled.references.tasks) {
      this.references.push(reference);
      if (!this.tasks.has(reference.task)) this.tasks.set(reference.task, reference.pointer);
    }
    return compiled.value;
  }
}

const usesNothing = (collector: ExpressionCollector, input: Json): boolean =>
  collector.references.length === 0 && !JSON.stringify(input).includes('${');

export const compileTaskExpressions = (draft: TaskDraft, isGotoTarget: boolean, faults: Fault[]): TaskExpressions => {
  const { reader, work } = draft;
  const collector = new ExpressionCollector(isGotoTarget ? WITH_ERROR : WORKFLOW_NAMES, faults);
  const when = collector.condition(draft.when, reader.at('when'));
  const branches =
    work?.is === 'switch'
      ? work.branches.map(({ when: test, where }) => collector.condition(test, `${where}/when`))
      : [];
  const input = work?.is === 'task' ? compileInput(collector, draft) : undefined;
  const constantInput = work?.is === 'task' && usesNothing(collector, work.input);
  return { when, input, branches, references: collector.references, tasks: collector.tasks, constantInput };
};

/** `component` and `action` stand beside `input` in the document, so faults must point there. */
const compileInput = (collector: ExpressionCollector, draft: TaskDraft): Template | undefined => {
  const { work, reader } = draft;
  if (work?.is !== 'task') return undefined;
  if (work.type !== COMPONENT_TASK_TYPE || !reader.has('component')) {
    return collector.template(work.input, reader.at('input'), true);
  }
  for (const field of ['component', 'action']) {
    const text = ownValue(work.input, field);
    if (typeof text === 'string' && text.includes('${')) {
      reader.report(fault('wrong_type', reader.at(field), { expected: 'a name, without expressions' }));
      return undefined;
    }
  }
  const params = collector.template(ownValue(work.input, 'params') ?? {}, reader.at('input'), true);
  if (!params) return undefined;
  const names = ['component', 'action'].map((field): readonly [string, Template] => [
    field,
    { is: 'constant', value: ownValue(work.input, field) ?? '' },
  ]);
  return { is: 'object', entries: [...names, ['params', params]] };
};

/** The branches of a switch with their targets resolved. */
export const resolveBranches = (
  draft: TaskDraft,
  conditions: readonly (Condition | undefined)[],
  indexOf: (id: string) => number,
): readonly Branch[] => {
  if (draft.work?.is !== 'switch') return [];
  return draft.work.branches.map(({ goto }, position) => ({ when: conditions[position], goto: indexOf(goto) }));
};
