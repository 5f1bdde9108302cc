import type { Step } from '../../engine/core/index.js';
import type { ExecutionHistory, Written } from './history.js';

/**
 * Why a step must not have started (E3, semantics 7–10); undefined when it might. Works from what was written alone:
 * of the state it takes only how the steps hang together.
 */
export const startedTooEarly = (history: ExecutionHistory, step: Step, started: Written): string | undefined => {
  const { task, scope } = step;
  const endBefore = (index: number): Written | undefined => {
    const end = history.steps.get((scope.steps[index] as Step).address)?.ended;
    return end && end.seq < started.seq ? end : undefined;
  };
  const open = (indices: readonly number[]): string[] =>
    indices.filter((index) => !endBefore(index)).map((index) => (scope.steps[index] as Step).address);
  const gates = open(task.gates);
  if (gates.length > 0) return `${gates.join(', ')} had not chosen`;
  if (task.gates.length > 0 && !task.gates.some((index) => chose(endBefore(index), task.id)))
    return 'nothing had chosen it';
  if (task.when !== undefined && history.steps.get(step.address)?.ready === undefined)
    return 'its condition was not recorded as true';
  if (task.join.is === 'count') {
    const completed = task.needs.filter((index) => completes(endBefore(index))).length;
    return completed >= task.join.needed ? undefined : `${completed} of ${task.join.needed} had completed`;
  }
  const needs = open(task.needs);
  return needs.length > 0 ? `${needs.join(', ')} had not ended` : undefined;
};

const completes = (end: Written | undefined): boolean =>
  end?.event.type === 'step_completed' ||
  (end?.event.type === 'step_kept' && (end.event.outcome as { is: string }).is === 'completed');

const chose = (end: Written | undefined, id: string): boolean => {
  if (!end) return false;
  const { event } = end;
  const outcome = event.type === 'step_kept' ? event.outcome : event;
  if ('output' in outcome) return outcome.output === id;
  const handled = 'handled' in outcome ? outcome.handled : undefined;
  return typeof handled === 'object' && handled.goto === id;
};
