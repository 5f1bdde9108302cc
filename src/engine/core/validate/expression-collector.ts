import type { Fault, Json, JsonPointer } from '../../../kernel/index.js';
import type { Read } from '../definition.js';
import {
  compileCondition,
  compileTemplate,
  type CompileOptions,
  type Compiled,
  type Condition,
  type Template,
} from '../expression/index.js';
import { CALLBACK_URL } from '../names.js';
import { locate, type Enclosing } from './enclosing.js';

/** Compiles the expressions of one task, or of one mapping, and collects what they refer to and what is wrong with them. */
export class ExpressionCollector {
  /** Ids of the tasks that must have ended, with the pointer of the first place. */
  readonly needs = new Map<string, JsonPointer>();
  /** Some expression, also of what is inside, reads the input of the execution. */
  readsInput = false;
  private readonly read = new Set<string>();

  constructor(
    readonly scope: Enclosing,
    private readonly faults: Fault[],
    private readonly names: ReadonlySet<string> = scope.names,
  ) {}

  /** Of what is read: where it is. What is nowhere is reported with the edges. */
  get reads(): readonly Read[] {
    return [...this.read].map((id) => locate(this.scope, id)).filter((found) => found !== undefined);
  }

  template(
    source: Json,
    pointer: JsonPointer,
    { secrets = false, more = [] }: { readonly secrets?: boolean; readonly more?: readonly string[] } = {},
  ): Template | undefined {
    return this.take(compileTemplate(source, this.options(pointer, { secrets, more })));
  }

  /** `more`: names that this condition sees beside the others. */
  condition(source: Json | undefined, pointer: JsonPointer, more: readonly string[] = []): Condition | undefined {
    if (source === undefined) return undefined;
    return this.take(compileCondition(source, this.options(pointer, { secrets: false, more })));
  }

  /** Something inside the task refers to a task out here. */
  needsToo(id: string, pointer: JsonPointer): void {
    if (!this.needs.has(id)) this.needs.set(id, pointer);
  }

  private options(
    pointer: JsonPointer,
    { secrets, more = [] }: { readonly secrets: boolean; readonly more?: readonly string[] },
  ): CompileOptions {
    const names = more.length === 0 ? this.names : new Set([...this.names, ...more]);
    return { pointer, names, secrets };
  }

  private take<T>(compiled: Compiled<T>): T | undefined {
    this.faults.push(...compiled.faults);
    if (compiled.faults.length > 0) return undefined;
    if (compiled.references.names.has('input')) this.readsInput = true;
    for (const reference of compiled.references.tasks) {
      this.scope.references.push(reference);
      this.read.add(reference.task);
      if (reference.path[0] !== CALLBACK_URL || !locate(this.scope, reference.task)) {
        this.needsToo(reference.task, reference.pointer);
      }
    }
    return compiled.value;
  }
}
