import { isJsonObject, type Instant, type Json, type JsonObject } from '../../../kernel/index.js';
import type { CompiledTask, Read } from '../definition.js';
import { Analyser } from '../expression/analyse.js';
import {
  evaluateCondition,
  evaluateTemplate,
  isNode,
  syntaxOf,
  type Condition,
  type Expression,
  type Template,
} from '../expression/index.js';
import type { Reference } from '../expression/references.js';
import type { Failure } from '../failure.js';
import { stepStatus } from '../fold/step-state.js';
import { CALLBACK_URL } from '../names.js';
import type { EndState, Place, Possibility } from './place.js';

/** What an expression comes to, as far as that is known beforehand. */
export type Foreseen<T> =
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'unknown' }
  /** It can not be worked out, whatever the tasks give. */
  | { readonly is: 'fails'; readonly failure: Failure };

const UNKNOWN = { is: 'unknown' } as const;
/** Functions that give another value each time. */
const CHANCE: ReadonlySet<string> = new Set(['now', 'uuid']);

interface Needs {
  readonly names: ReadonlySet<string>;
  readonly tasks: readonly Reference[];
  readonly chance: boolean;
}

/** Expressions are compiled once and shared by all that looks at a definition. */
const needsByExpression = new WeakMap<Expression, Needs>();

const callsChance = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(callsChance);
  if (!isNode(value)) return false;
  return (value.op === 'call' && CHANCE.has((value.args as [string])[0])) || callsChance(value.args);
};

const needsOf = (expression: Expression): Needs => {
  const before = needsByExpression.get(expression);
  if (before) return before;
  const { ast } = syntaxOf(expression);
  const { names, tasks } = new Analyser({ pointer: '', names: new Set(), secrets: true }).analyse(ast);
  const needs = { names, tasks, chance: callsChance(ast) };
  needsByExpression.set(expression, needs);
  return needs;
};

/** Where an expression stands. */
export interface Where {
  readonly place: Place;
  readonly reads: readonly Read[];
  /** What it sees beside what its place does. */
  readonly own?: JsonObject;
}

const viewOf = ({ state }: Possibility): JsonObject => ({
  status: stepStatus(state),
  output: state.at === 'completed' ? state.output : null,
  error: state.at === 'failed' ? { ...state.failure } : null,
});

interface Seen {
  readonly task: CompiledTask;
  readonly ends: readonly Possibility[];
}

const lookUp = ({ place, reads }: Where, id: string): Seen | undefined => {
  for (const { up, index } of reads) {
    let around: Place | undefined = place;
    for (let level = 0; level < up; level++) around = around?.up;
    const task = around?.scope.tasks[index];
    const fate = around?.fates[index];
    if (task?.id === id) return fate && { task, ends: fate.ends };
  }
  return undefined;
};

/** What an expression sees of a task; undefined: that is not known. */
const seenOf = (where: Where, { task: id, path }: Reference): JsonObject | undefined => {
  const seen = lookUp(where, id);
  const [only, ...others] = seen?.ends ?? [];
  if (!only || path[0] === CALLBACK_URL) return undefined;
  if (others.length === 0 && only.known) return viewOf(only);
  const status = (end: EndState): string => stepStatus(end);
  const isSettled = others.every(({ state }) => status(state) === status(only.state));
  return path[0] === 'status' && isSettled ? viewOf(only) : undefined;
};

/** Works out what expressions come to before anything has run, with the evaluator that the engine uses. */
export class Knowledge {
  /** `now`: what is worked out does not depend on it. */
  constructor(private readonly now: Instant) {}

  condition(condition: Condition, where: Where): Foreseen<boolean> {
    if (condition.is === 'constant') return { is: 'known', value: condition.value };
    const variables = this.variables([condition.expression], where);
    if (!variables) return UNKNOWN;
    const result = evaluateCondition(condition, this.scope(variables));
    return result.ok ? { is: 'known', value: result.value } : { is: 'fails', failure: result.error };
  }

  template(template: Template, where: Where): Foreseen<Json> {
    if (template.is === 'constant') return { is: 'known', value: template.value };
    const variables = this.variables(expressionsIn(template), where);
    if (!variables) return UNKNOWN;
    const result = evaluateTemplate(template, this.scope(variables));
    return result.ok ? { is: 'known', value: result.value.value } : { is: 'fails', failure: result.error };
  }

  /** Field by field what is known of an object; of a text, how it begins. */
  fields(template: Template, where: Where): ReadonlyMap<string, KnownField> {
    if (template.is === 'constant' && isJsonObject(template.value)) {
      return new Map(Object.entries(template.value).map(([name, value]) => [name, { is: 'value', value }]));
    }
    if (template.is !== 'object') return new Map();
    return new Map(template.entries.map(([name, entry]) => [name, this.field(entry, where)]));
  }

  private field(template: Template, where: Where): KnownField {
    const whole = this.template(template, where);
    if (whole.is === 'known') return { is: 'value', value: whole.value };
    return { is: 'begins', text: template.is === 'text' ? this.beginning(template.parts, where) : '' };
  }

  private beginning(parts: Extract<Template, { is: 'text' }>['parts'], where: Where): string {
    let text = '';
    for (const part of parts) {
      if (typeof part !== 'string' && '$secret' in part) break;
      if (typeof part === 'string') text += part;
      else {
        const value = this.template({ is: 'expression', expression: part }, where);
        if (value.is !== 'known') break;
        text += typeof value.value === 'string' ? value.value : JSON.stringify(value.value);
      }
    }
    return text;
  }

  private scope(variables: JsonObject) {
    return { variables, now: this.now, uuid: () => '' };
  }

  private variables(expressions: readonly Expression[], where: Where): JsonObject | undefined {
    const known: JsonObject = { ...where.place.variables, ...where.own };
    const tasks: Record<string, Json> = {};
    for (const expression of expressions) {
      const needs = needsOf(expression);
      if (needs.chance) return undefined;
      for (const name of needs.names) if (!Object.hasOwn(known, name)) return undefined;
      for (const reference of needs.tasks) {
        const view = seenOf(where, reference);
        if (!view) return undefined;
        tasks[reference.task] = view;
      }
    }
    return { ...known, tasks };
  }
}

/** What is known of a field of an input: all of it, or, of a text, how it begins. */
export type KnownField =
  { readonly is: 'value'; readonly value: Json } | { readonly is: 'begins'; readonly text: string };

export const expressionsIn = (template: Template): readonly Expression[] => {
  switch (template.is) {
    case 'expression':
      return [template.expression];
    case 'text':
      return template.parts.filter((part): part is Expression => typeof part !== 'string' && !('$secret' in part));
    case 'list':
      return template.entries.flatMap(expressionsIn);
    case 'object':
      return template.entries.flatMap(([, entry]) => expressionsIn(entry));
    default:
      return [];
  }
};
