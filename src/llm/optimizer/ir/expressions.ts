import {
  isNode,
  syntaxOf,
  type CompiledTask,
  type CompiledWorkflow,
  type Condition,
  type Expression,
  type Template,
  type Work,
} from '../../../engine/core/index.js';
import { bodiesOf } from './task-path.js';

/** What the expressions of a task use beside inputs and outputs of tasks. */
export interface Uses {
  /** Variables of the scopes around (`state`): their values depend on when they are read. */
  readonly state: boolean;
  /** Functions that give another value each time. */
  readonly chance: boolean;
}

const CHANCE: ReadonlySet<string> = new Set(['now', 'uuid']);
const NOTHING: Uses = { state: false, chance: false };

/** Of a construct: its own expressions and the mappings of its bodies, not what the tasks in it use. */
export const usesOf = (task: CompiledTask): Uses => {
  const found = { state: false, chance: false };
  for (const expression of expressionsOf(task)) {
    const uses = usesOfExpression(expression);
    found.state ||= uses.state;
    found.chance ||= uses.chance;
  }
  return found;
};

/**
 * Whether a task reads or sets variables as soon as it may begin: in a condition, in what decides when it may run, or as a
 * construct, which may be over at once. The input of an attempt is worked out when the attempt begins, whenever that is.
 */
export const looksAtOnce = (task: CompiledTask): boolean => {
  const atOnce =
    task.work.is === 'task'
      ? [...inCondition(task.when), ...inTemplate(task.limit?.key), ...inTemplate(task.cache?.key)]
      : expressionsOf(task);
  const isAssigning = task.work.is !== 'task' && task.set !== undefined;
  return isAssigning || atOnce.some((expression) => usesOfExpression(expression).state);
};

/** Words that the expressions of a task stand on: `input`, `item`, names that macros bind. Rather too many than too few. */
export const namesRead = (task: CompiledTask): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const expression of expressionsOf(task)) noteNames(syntaxOf(expression).ast, found);
  return found;
};

const noteNames = (value: unknown, found: Set<string>): void => {
  if (Array.isArray(value)) for (const one of value) noteNames(one, found);
  if (!isNode(value)) return;
  if (value.op === 'id' && typeof value.args === 'string') found.add(value.args);
  else noteNames(value.args, found);
};

/** All expressions of a workflow that its tasks and outputs are worked out by. */
export const expressionsIn = ({ scope }: CompiledWorkflow): Expression[] => [
  ...scope.tasks.flatMap(expressionsWithin),
  ...inTemplate(scope.output?.mapping),
];

const expressionsWithin = (task: CompiledTask): Expression[] => [
  ...expressionsOf(task),
  ...bodiesOf(task.work).flatMap(({ scope }) => scope.tasks.flatMap(expressionsWithin)),
];

/** Expressions are compiled once and shared by all that looks at a definition. */
const known = new WeakMap<Expression, Uses>();

const usesOfExpression = (expression: Expression): Uses => {
  const before = known.get(expression);
  if (before) return before;
  const uses = usesOfSyntax(syntaxOf(expression).ast);
  known.set(expression, uses);
  return uses;
};

const usesOfSyntax = (value: unknown): Uses => {
  if (Array.isArray(value)) return value.map(usesOfSyntax).reduce(both, NOTHING);
  if (!isNode(value)) return NOTHING;
  const inner = usesOfSyntax(value.args);
  if (value.op === 'id') return both(inner, { state: value.args === 'state', chance: false });
  const called = value.op === 'call' ? (value.args as [string])[0] : '';
  return both(inner, { state: false, chance: CHANCE.has(called) });
};

const both = (one: Uses, other: Uses): Uses => ({
  state: one.state || other.state,
  chance: one.chance || other.chance,
});

/** Its own, and the mappings of its bodies. */
export const expressionsOf = (task: CompiledTask): Expression[] => [
  ...inCondition(task.when),
  ...inWork(task.work),
  ...inTemplate(task.set),
  ...inTemplate(task.limit?.key),
  ...inTemplate(task.cache?.key),
  ...(task.compensate ? expressionsOf(task.compensate) : []),
];

const inWork = (work: Work): Expression[] => {
  const mappings = bodiesOf(work).flatMap(({ scope }) => [
    ...inTemplate(scope.output?.mapping),
    ...inTemplate(scope.variables?.mapping),
  ]);
  return [...ofWorkItself(work), ...mappings];
};

const ofWorkItself = (work: Work): Expression[] => {
  switch (work.is) {
    case 'task':
    case 'workflow':
      return inTemplate(work.input);
    case 'switch':
      return work.branches.flatMap(({ when }) => inCondition(when));
    case 'map':
      return inTemplate(work.over);
    case 'loop':
      return inCondition(work.test.condition);
    case 'wait':
      return [...inTemplate(work.seconds), ...inTemplate(work.until)];
    case 'event':
      return [work.name, work.within, work.since].flatMap(inTemplate).concat(inCondition(work.match));
    case 'approval':
      return [work.by, work.message, work.within].flatMap(inTemplate);
    case 'webhook':
      return inTemplate(work.within);
    case 'group':
    case 'race':
    case 'try':
      return [];
  }
};

const inCondition = (condition: Condition | undefined): Expression[] =>
  condition?.is === 'expression' ? [condition.expression] : [];

const inTemplate = (template: Template | undefined): Expression[] => {
  switch (template?.is) {
    case 'expression':
      return [template.expression];
    case 'text':
      return template.parts.filter((part): part is Expression => typeof part !== 'string' && !('$secret' in part));
    case 'list':
      return template.entries.flatMap(inTemplate);
    case 'object':
      return template.entries.flatMap(([, entry]) => inTemplate(entry));
    default:
      return [];
  }
};
