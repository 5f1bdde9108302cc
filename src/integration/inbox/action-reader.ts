import type { Json } from '../../kernel/index.js';
import { readBudget, readWorkflow, type BodyReader } from '../body/index.js';
import type { BudgetFaults, CompiledValue, Expressions } from '../ports/index.js';
import type { InboundAction } from './action.js';

const EXPRESSION = { most: 4096 };
const NOTHING: CompiledValue = { faults: [], evaluate: () => null };

export interface ActionWords {
  /** When the body does not say. Default: start. */
  readonly otherwise?: InboundAction['is'];
  /** The event may be for one execution. */
  readonly toOne?: boolean;
}

/** What is checked with. */
export interface ActionChecks {
  readonly expressions: Expressions;
  readonly budgetFaults: BudgetFaults;
}

/** Reads the fields that say what is done with something that comes in, and their expressions. */
export class ActionReader {
  private readonly path: RegExp;

  constructor(
    private readonly reader: BodyReader,
    private readonly checks: ActionChecks,
    /** What the expressions may name. */
    private readonly names: ReadonlySet<string>,
  ) {
    const roots = [...names].join('|');
    this.path = new RegExp(`^(?:${roots})(?:\\.[A-Za-z_]\\w*|\\[(?:\\d+|"[^"\\\\]*"|'[^'\\\\]*')\\])*$`);
  }

  /** Starting a workflow, or giving an event. */
  action({ otherwise = 'start', toOne = false }: ActionWords = {}): InboundAction {
    const { reader } = this;
    const is = reader.oneOf('action', ['start', 'event']) ?? otherwise;
    const workflow = readWorkflow(reader);
    if (is === 'start') {
      const version = reader.text('version', { most: 128 });
      if (!reader.has('workflow_id')) reader.must('workflow', workflow);
      const budget = readBudget(reader, this.checks.budgetFaults);
      return { is, workflow: workflow ?? '', ...(version !== undefined && { version }), ...(budget && { budget }) };
    }
    reader.must('event', reader.any('event'));
    const event = this.expression('event') ?? NOTHING;
    const execution = toOne ? this.expression('execution') : undefined;
    if (execution && workflow !== undefined) reader.wrong('execution', 'left out: there is a workflow');
    return { is, event, ...(workflow !== undefined && { workflow }), ...(execution && { execution }) };
  }

  /** The input or event that is made of what came; undefined: none is said. */
  mapping(): CompiledValue | undefined {
    const given = this.reader.object('input_mapping');
    if (!given || Object.keys(given).length === 0) return undefined;
    const source = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, this.written(value)]));
    return this.compiled('input_mapping', source);
  }

  /** A field that is a text with expressions, or a path. */
  expression(name: string): CompiledValue | undefined {
    return this.compiled(name, this.reader.text(name, EXPRESSION));
  }

  /** A field that is one expression, and nothing around it. */
  condition(name: string, example: string): CompiledValue | undefined {
    const text = this.reader.text(name, EXPRESSION);
    if (text === undefined || this.path.test(text) || /^\$\{[^]*\}$/.test(text)) return this.compiled(name, text);
    return this.reader.wrong(name, `an expression: \`${example}\``);
  }

  /** `payload.user.id` is short for `${payload.user.id}`. */
  private written(value: Json): Json {
    return typeof value === 'string' && this.path.test(value) ? `\${${value}}` : value;
  }

  private compiled(name: string, source: Json | undefined): CompiledValue | undefined {
    if (source === undefined) return undefined;
    const { checks, names, reader } = this;
    const compiled = checks.expressions.compile(this.written(source), { pointer: `/${name}`, names });
    reader.faults.push(...compiled.faults);
    return compiled;
  }
}
