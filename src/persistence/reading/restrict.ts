import type { SelectQueryBuilder } from 'typeorm';
import type { Uuid } from '../../kernel/index.js';
import type { ExecutionFilter } from '../../api/ports/index.js';
import type { ExecutionEntity } from '../entities/tables.js';

/** Restricts a query that has executions in it to those of some workflows. */
export const restrictTo = <T extends object>(
  query: SelectQueryBuilder<T>,
  workflows: readonly Uuid[] | undefined,
): void => {
  if (workflows === undefined) return;
  if (workflows.length === 0) query.andWhere('1 = 0');
  else query.andWhere('execution.workflow_id IN (:...workflows)', { workflows: [...workflows] });
};

/** Restricts a query for executions to what a filter asks for. */
export const restrict = (query: SelectQueryBuilder<ExecutionEntity>, filter: ExecutionFilter): void => {
  const { workflowId, statuses, from, to, metadata } = filter;
  if (workflowId !== undefined) query.andWhere('execution.workflow_id = :workflowId', { workflowId });
  restrictTo(query, filter.workflows);
  if (statuses !== undefined) query.andWhere('execution.status IN (:...statuses)', { statuses: [...statuses] });
  if (from !== undefined) query.andWhere('execution.created_at >= :from', { from });
  if (to !== undefined) query.andWhere('execution.created_at <= :to', { to });
  Object.entries(metadata ?? {}).forEach(([key, value], index) => {
    // The path is bound like any value: a key cannot reach into the SQL.
    const path = `$.${JSON.stringify(key)}`;
    // As JSON text: `true` and `5` find the text and the boolean or number that is written so.
    query.andWhere(`execution.metadata -> :path${index} IN (:text${index}, :value${index})`, {
      [`path${index}`]: path,
      [`text${index}`]: JSON.stringify(value),
      [`value${index}`]: value,
    });
  });
};
