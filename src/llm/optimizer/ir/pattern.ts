import type { PlacedTask } from './task-path.js';

/** As the history knows a task: `/each[*]/fetch`. */
export const patternOf = ({ home, task }: PlacedTask): string => {
  const { container, path } = home;
  if (!container) return `/${task.id}`;
  const items = ['map', 'loop'].includes(container.task.work.is) ? '[*]' : '';
  return `${patternOf(container)}${items}${path.slice(container.path.length)}/${task.id}`;
};
