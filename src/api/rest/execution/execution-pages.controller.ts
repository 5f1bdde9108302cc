import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isoInstant, type Json } from '../../../kernel/index.js';
import { onlyOf, SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { ExecutionHistory } from '../../streams/execution-history.js';
import { BEGINNING, placeAt, placeOf, textOf } from '../../streams/place.js';
import type { ExecutionReader, LogRecord } from '../../ports/index.js';
import { READER } from '../../tokens.js';
import { AtQueryDto, EventQueryDto, ExecutionQueryDto, TaskQueryDto } from '../dto/queries.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import {
  EventAnswer,
  ExecutionAnswer,
  ExecutionItem,
  LogAnswer,
  MetricsAnswer,
  ProofAnswer,
  TaskRunAnswer,
  TimelineAnswer,
} from '../dto/answers.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { filterOf } from './execution-filter.js';
import { ExecutionView } from './execution-view.js';
import { JournalProof } from './journal-proof.js';
import { executionItem, nestedItems, taskItems } from '../present/execution.js';
import { executionMetrics, timeline } from '../present/metrics.js';
import { uuidAt } from '../validation.js';

const LOG_LINES = 10_000;
/** Items of a page that nobody gave a limit for, when steps of constructs are among them. */
const MOST_NESTED = 1000;

const logItem = ({ at, level, step, attempt, message, details }: LogRecord): Record<string, Json> => ({
  timestamp: isoInstant(at),
  level,
  step,
  task_id: step.slice(step.lastIndexOf('/') + 1),
  attempt,
  message,
  details: details ?? null,
});

/** What can be read about executions. */
@ApiTags('executions')
@Controller(['api/v1/executions', 'api/executions'])
export class ExecutionPagesController {
  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
    private readonly history: ExecutionHistory,
    private readonly proof: JournalProof,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List executions; also by metadata.<key>=value.' })
  @AnsweredList('executions', ExecutionItem)
  async list(
    @Query() query: ExecutionQueryDto,
    @Query() raw: Record<string, unknown>,
    @SeenBy() sight: Sight | undefined,
  ): Promise<Envelope> {
    const filter = { ...filterOf(query, raw), ...onlyOf(sight) };
    const { items, total } = await this.reader.list(filter);
    const counts = await this.reader.runCounts(items.map(({ id }) => id));
    const shown = items.map((record) => executionItem(record, counts.get(record.id) ?? {}));
    return listing('executions', shown, { page: filter.page, limit: filter.limit, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an execution with its tasks and progress; with `at`, as it was then.' })
  @ApiResponse({ status: 404, description: 'execution_not_found' })
  @ApiResponse({ status: 410, description: 'journal_gone: with `at`, when retention deleted the journal.' })
  @Answered(ExecutionAnswer)
  async get(@Param('id') text: string, @Query() { at }: AtQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    return success('Execution', at === undefined ? await this.view.whole(id) : await this.view.wholeAt(id, at));
  }

  @Get(':id/verify')
  @ApiOperation({
    summary: 'Prove that its journal holds what was written; `head` is the link of the last event, or of `at`.',
  })
  @ApiResponse({ status: 410, description: 'journal_gone' })
  @Answered(ProofAnswer)
  async verify(@Param('id') id: string, @Query() { at }: AtQueryDto): Promise<Envelope> {
    const { message, answer } = await this.proof.of(uuidAt(id, '/id'), at);
    return success(message, answer);
  }

  @Get(':id/tasks')
  @ApiOperation({
    summary:
      'The runs of its tasks in definition order, then of steps in constructs as they began; all tasks when no limit is given.',
  })
  @AnsweredList('tasks', TaskRunAnswer)
  async tasks(@Param('id') id: string, @Query() query: TaskQueryDto): Promise<Envelope> {
    const { id: known } = await this.view.mustHaveJournal(uuidAt(id, '/id'));
    const stored = await this.view.stored(known);
    const own = taskItems(stored);
    const all = query.nested === false ? own : [...own, ...nestedItems(stored)];
    const asked = query.limit !== undefined || query.page !== undefined;
    const most = Math.max(1, own.length, Math.min(all.length, MOST_NESTED));
    const { offset, limit, page } = pageOf(asked ? query : { ...query, limit: most });
    return listing('tasks', all.slice(offset, offset + limit), { page, limit, total: all.length });
  }

  @Get(':id/logs')
  @ApiOperation({ summary: 'What its tasks logged.' })
  @AnsweredList('logs', LogAnswer)
  async logs(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustHaveJournal(id);
    const logs = (await this.reader.logs(id, LOG_LINES)).map(logItem);
    return listing('logs', logs, { page: 1, limit: LOG_LINES, total: logs.length });
  }

  @Get([':id/events', ':id/history'])
  @ApiOperation({
    summary: 'Its public events after `since`, at most `limit`; go on with next_since until it is null.',
  })
  @AnsweredList('events', EventAnswer, {
    hints: { limit: { type: 'integer' }, next_since: { type: 'string', nullable: true } },
  })
  async events(@Param('id') text: string, @Query() { since, limit = 1000 }: EventQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const after = placeAt(since, '/since') ?? BEGINNING;
    await this.view.mustHaveJournal(id);
    const { events, isLast } = await this.history.first(id, after, limit);
    const last = events.at(-1);
    const next = isLast || !last ? null : textOf(placeOf(last, 'execution'));
    return success(`${events.length} events`, events, { events, items: events, limit, next_since: next });
  }

  @Get(':id/timeline')
  @ApiOperation({ summary: 'Its attempts and pauses over time.' })
  @Answered(TimelineAnswer)
  async timeline(@Param('id') id: string): Promise<Envelope> {
    const { id: known } = await this.view.mustHaveJournal(uuidAt(id, '/id'));
    return success('Timeline', timeline(await this.view.sources(known)));
  }

  @Get(':id/metrics')
  @ApiOperation({ summary: 'Durations, waits, retries, errors, critical path.' })
  @Answered(MetricsAnswer)
  async metrics(@Param('id') id: string): Promise<Envelope> {
    const { id: known } = await this.view.mustHaveJournal(uuidAt(id, '/id'));
    return success('Metrics', executionMetrics(await this.view.sources(known)));
  }
}
