import type { TaskPath } from '../../engine/core/index.js';
import type { Certificate, DroppedEdge, FailureChange } from '../optimizer/ir/index.js';
import type { OpName, RewriteOp } from '../optimizer/rewrite/index.js';
import type { Evidence } from '../optimizer/rules/index.js';
import type { SuggestionKind } from '../ports/index.js';
import { evidenceOf, titleFrom } from './evidence-words.js';
import { count, list } from './wording.js';

/*
 * What a suggestion says, rendered from what was proved. Nothing that a model wrote is in it, and of what a definition
 * says nothing but the paths of tasks.
 */

const tasksOf = (ops: readonly RewriteOp[], name: OpName): TaskPath[] => [
  ...new Set(ops.flatMap((op) => (op.op === name && 'task' in op ? [op.task] : []))),
];

const CHANGES: Readonly<Record<OpName, string>> = {
  remove_edge: 'edges that go',
  add_edge: 'edges that come',
  remove_task: 'tasks that go',
  merge_tasks: 'tasks that are merged',
  hoist_task: 'tasks that run once',
  spell_out_output: 'outputs that are spelled out',
  set_priority: 'priorities',
  set_cache: 'caches',
  set_timeout: 'timeouts',
  set_retry: 'retry policies',
  set_concurrency: 'limits of concurrency',
  set_on_error: 'error handlers',
  set_compensation: 'compensations',
  insert_task: 'new tasks',
  replace_task: 'tasks that are rewritten',
};

const namesOfChanges = (ops: readonly RewriteOp[]): string => list([...new Set(ops.map(({ op }) => CHANGES[op]))]);

export const titleOf = (kind: SuggestionKind, ops: readonly RewriteOp[], evidence?: Evidence): string => {
  if (evidence) return titleFrom(evidence);
  switch (kind) {
    case 'parallelise':
      return `Start ${list(tasksOf(ops, 'remove_edge'))} without waiting for what ${tasksOf(ops, 'remove_edge').length === 1 ? 'it does' : 'they do'} not need`;
    case 'remove_implied_edges': {
      const edges = ops.filter(({ op }) => op === 'remove_edge').length;
      return `Drop ${count(edges, 'dependency', 'dependencies')} that others imply`;
    }
    case 'remove_dead_tasks':
      return `Remove ${list(tasksOf(ops, 'remove_task'))}: nothing uses ${tasksOf(ops, 'remove_task').length === 1 ? 'it' : 'them'}`;
    case 'merge_duplicates':
      return `Run ${list(tasksOf(ops, 'merge_tasks'))} once for all that ask for the same`;
    case 'hoist_invariants':
      return `Run ${list(tasksOf(ops, 'hoist_task'))} once, before what runs for each item or iteration`;
    case 'bundle':
      return `${count(ops.length, 'change')} in one version`;
    default:
      return `Change ${list(tasksTouched(ops))}: ${namesOfChanges(ops)}`;
  }
};

const tasksTouched = (ops: readonly RewriteOp[]): string[] => [
  ...new Set(
    ops.map((op) =>
      'task' in op ? op.task || 'the workflow' : op.op === 'insert_task' ? `${op.scope}/${op.id}` : 'an output',
    ),
  ),
];

const edge = ({ from, to }: DroppedEdge): string => `${from} → ${to}`;

const BECAUSE: Readonly<Record<DroppedEdge['because'], (edges: string, isOne: boolean) => string>> = {
  implied: (edges, isOne) => `${edges} ${isOne ? 'is' : 'are'} implied by what else is waited for.`,
  independent: (edges, isOne) =>
    `${edges}: nothing is read over ${isOne ? 'this edge' : 'these edges'}, and no effect of the one task depends on the other.`,
};

const onEdges = ({ droppedEdges }: Certificate): string[] =>
  (['independent', 'implied'] as const).flatMap((because) => {
    const edges = droppedEdges.filter((dropped) => dropped.because === because);
    return edges.length === 0 ? [] : [BECAUSE[because](list(edges.map(edge)), edges.length === 1)];
  });

const onTasks = ({ gone }: Certificate): string[] => {
  const dead = Object.entries(gone).flatMap(([path, why]) => (why.is === 'dead' ? [path] : []));
  const twins = Object.entries(gone).flatMap(([path, why]) =>
    why.is === 'duplicate' ? [`${path} for ${why.of}`] : [],
  );
  return [
    ...(dead.length > 0
      ? [`Nothing reads or waits for ${list(dead)}, and ${dead.length === 1 ? 'it has' : 'they have'} no effect.`]
      : []),
    ...(twins.length > 0 ? [`The same is done twice, with the same input and without an effect: ${list(twins)}.`] : []),
  ];
};

const onMoves = ({ stands }: Certificate): string[] => {
  const moved = Object.entries(stands).map(([path, origin]) => `${origin} as ${path}`);
  if (moved.length === 0) return [];
  return [
    `Whatever the item or iteration, the same is done with the same input and without an effect: ${list(moved)}.`,
    'If that fails, nothing of what waits for it has begun.',
  ];
};

const onFailures = (changes: readonly FailureChange[]): string[] => {
  const anyway = changes.flatMap((change) =>
    change.is === 'runs_anyway' ? [`${change.task} although ${change.although} failed`] : [],
  );
  const silent = changes.flatMap((change) => (change.is === 'fails_no_more' ? [change.task] : []));
  return [
    ...(anyway.length > 0 ? [`What may then run: ${list(anyway)}.`] : []),
    ...(silent.length > 0 ? [`The execution does not fail with ${list(silent)} any more.`] : []),
  ];
};

const LEVELS: Readonly<Record<Certificate['level'], string>> = {
  identical: 'Every execution does the same as before, failures included.',
  'success-equivalent': 'Every execution that completes does the same and has the same output.',
  'policy-change': 'Nothing changes but how attempts are made.',
  fix: 'Nothing changes but that more is waited for.',
  'behaviour-change': 'Executions may do something else: look at the difference.',
};

/** In plain sentences: why it may be done, and what is different. */
export const rationaleOf = (certificate: Certificate, evidence?: Evidence): string =>
  [
    ...(evidence ? [evidenceOf(evidence)] : []),
    ...onEdges(certificate),
    ...onTasks(certificate),
    ...onMoves(certificate),
    LEVELS[certificate.level],
    ...onFailures(certificate.changesOnFailure),
  ].join(' ');
