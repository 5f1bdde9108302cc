import { fault, pointer, type Instant } from '../../../kernel/index.js';
import type { ExecutionFilter, ExecutionStatus } from '../../ports/index.js';
import type { ExecutionQueryDto } from '../dto/queries.js';
import { pageOf } from '../envelope.js';
import { requestFault, uuidAt } from '../validation.js';

const STATUSES: readonly string[] = ['pending', 'running', 'paused', 'completed', 'failed', 'canceled'];

const statusesOf = (text: string): ExecutionStatus[] =>
  text.split(',').map((entry) => {
    const status = entry.trim() === 'cancelled' ? 'canceled' : entry.trim();
    if (STATUSES.includes(status)) return status as ExecutionStatus;
    throw requestFault(fault('out_of_range', '/status', { expected: `one of ${STATUSES.join(', ')}` }));
  });

export const timeOf = (text: string, where: string): Instant => {
  const time = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time))
    throw requestFault(fault('wrong_type', where, { expected: 'an ISO 8601 time or epoch milliseconds' }));
  return time;
};

const METADATA = 'metadata.';

/** What a list asks for; `raw` is the whole query, for `metadata.<key>=value`. */
export const filterOf = (
  query: ExecutionQueryDto,
  raw: Readonly<Record<string, unknown>>,
): ExecutionFilter & { page: number } => {
  const { offset, limit, page } = pageOf(query);
  const metadata = Object.entries(raw).flatMap(([name, value]) => {
    if (!name.startsWith(METADATA)) return [];
    if (typeof value !== 'string')
      throw requestFault(fault('wrong_type', pointer('', name), { expected: 'given once' }));
    return [[name.slice(METADATA.length), value] as const];
  });
  return {
    ...(query.workflow_id !== undefined && { workflowId: uuidAt(query.workflow_id, '/workflow_id') }),
    ...(query.status !== undefined && { statuses: statusesOf(query.status) }),
    ...(query.from !== undefined && { from: timeOf(query.from, '/from') }),
    ...(query.to !== undefined && { to: timeOf(query.to, '/to') }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    sortBy: query.sort_by ?? 'created_at',
    descending: query.sort_order !== 'asc',
    offset,
    limit,
    page,
  };
};
