import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { stringify } from 'yaml';
import { fault, isJsonObject, isoInstant, type Json } from '../../../kernel/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { ExecutionReader } from '../../ports/index.js';
import { CATALOG, READER } from '../../tokens.js';
import { SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { Answered, AnsweredEmpty, AnsweredList, enveloped, naming } from '../dto/answered.js';
import { Faulty, Keyed, WorkflowBody } from '../dto/described.js';
import { DraftAnswer, StatisticsAnswer, ValidationAnswer, WorkflowAnswer, WorkflowItem } from '../dto/answers.js';
import { VersionAnswer } from '../dto/version-answers.js';
import { ExportQueryDto, RemoveQueryDto, UpdateQueryDto, VersionQueryDto, WorkflowQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { versionItem, workflowDetails, workflowItem } from '../present/workflow.js';
import { versionOf } from '../suggestions/if-match.js';
import { requestFault, uuidAt } from '../validation.js';
import { WorkflowDesk } from './workflow-desk.js';

const DOCUMENT = { type: 'object', additionalProperties: true } as const;
const PREFIXES = ['api/v1/workflows', 'api/workflows'];

@ApiTags('workflows')
@Controller(PREFIXES)
export class WorkflowsController {
  constructor(
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly desk: WorkflowDesk,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a workflow, in any dialect, as JSON or YAML.' })
  @Keyed()
  @WorkflowBody()
  @Answered(WorkflowAnswer, { status: 201, description: 'Kept.', hints: naming('workflow_id', 'id') })
  @Faulty()
  create(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.keep({ source: body, options: {} }, { header, reply, scope: 'workflows' });
  }

  @Post('import')
  @ApiOperation({ summary: 'Import a workflow, a template document or a WfCommons trace.' })
  @Keyed()
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @Answered(WorkflowAnswer, {
    status: 201,
    description: 'Kept; data.dialect says what it was.',
    hints: naming('workflow_id', 'id'),
  })
  @Faulty()
  import(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const wrapped = isJsonObject(body) && isJsonObject(body.document) ? body : undefined;
    const scale = wrapped?.time_scale ?? wrapped?.timeScale;
    if (scale !== undefined && (typeof scale !== 'number' || scale < 0))
      throw requestFault(fault('wrong_type', '/time_scale', { expected: 'a number from 0' }));
    const options = scale === undefined ? {} : { timeScale: scale };
    return this.keep({ source: wrapped ? wrapped.document : body, options }, { header, reply, scope: 'import' });
  }

  @Post('validate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check a workflow without keeping it.' })
  @WorkflowBody()
  @Answered(ValidationAnswer, { hints: { valid: { type: 'boolean' } } })
  validate(@Body() body: unknown): Envelope {
    const { document, dialect, faults, warnings, compiled } = this.catalog.check(body);
    const valid = compiled !== undefined;
    const data = { valid, dialect: dialect ?? null, faults, warnings, document: document ?? null };
    return success(valid ? 'The workflow is valid' : `The workflow has ${faults.length} fault(s)`, data, { valid });
  }

  @Get()
  @ApiOperation({ summary: 'List workflows.' })
  @AnsweredList('workflows', WorkflowItem)
  async list(@Query() query: WorkflowQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.catalog.list({
      ...(sight && { names: [...sight.names] }),
      ...(query.name !== undefined && { name: query.name }),
      ...(query.q !== undefined && { search: query.q }),
      ...(query.tag !== undefined && { tag: query.tag }),
      sortBy: query.sort_by ?? 'created_at',
      descending: query.sort_order !== 'asc',
      offset: page.offset,
      limit: page.limit,
    });
    return listing('workflows', items.map(workflowItem), { ...page, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a workflow, its latest version or the one named.' })
  @Answered(WorkflowAnswer)
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  async get(@Param('id') text: string, @Query() { version }: VersionQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const found = await this.catalog.find(id, version);
    return success('Workflow', workflowDetails(found, await this.catalog.draft(id)));
  }

  @Post(':id/draft')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep unfinished work beside a workflow, any object. Versions are not touched.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @Answered(DraftAnswer, { hints: naming('workflow_id') })
  async draft(@Param('id') text: string, @Body() body: unknown): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    if (!isJsonObject(body)) throw requestFault(fault('wrong_type', '', { expected: 'an object' }));
    const { savedAt } = await this.catalog.saveDraft(id, body);
    const data = { workflow_id: id, draft_id: `draft-${id}`, saved_at: isoInstant(savedAt) };
    return success('Draft saved', data, { workflow_id: id });
  }

  @Put(':id')
  @ApiOperation({ summary: 'Keep a further version. Stored versions never change.' })
  @WorkflowBody()
  @ApiHeader({ name: 'If-Match', required: false, description: 'The current version that was seen.' })
  @ApiResponse({
    status: 409,
    description:
      'version_exists: this version is there with other content; version_changed: the current one is another than If-Match says.',
  })
  @Answered(WorkflowAnswer, { hints: naming('workflow_id', 'id') })
  async update(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() { bump = false }: UpdateQueryDto,
    @Headers('if-match') match: string | undefined,
  ): Promise<Envelope> {
    const names = isJsonObject(body) && body.version !== undefined;
    const workflow = uuidAt(id, '/id');
    const expected = await this.desk.seenAs(workflow, versionOf(match));
    const save = { source: body, ...(expected !== undefined && { expected }) };
    const saved = await this.catalog.update(workflow, save, bump || !names);
    return success('Workflow updated', workflowDetails(saved), {
      workflow_id: saved.workflow.id,
      id: saved.workflow.id,
    });
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove a workflow from the list; its executions stay readable.' })
  @ApiResponse({
    status: 409,
    description: 'conflict: executions of it are open; ?force=true removes it all the same.',
  })
  @AnsweredEmpty()
  async remove(@Param('id') id: string, @Query() { force = false }: RemoveQueryDto): Promise<Envelope> {
    await this.desk.remove(uuidAt(id, '/id'), force);
    return success('Workflow deleted', null);
  }

  @Get(':id/versions')
  @ApiOperation({ summary: 'List the versions of a workflow, newest first.' })
  @AnsweredList('versions', VersionAnswer)
  async versions(@Param('id') id: string): Promise<Envelope> {
    const versions = (await this.catalog.versions(uuidAt(id, '/id'))).map(versionItem);
    return listing('versions', versions, { page: 1, limit: versions.length, total: versions.length });
  }

  @Get(':id/export')
  @ApiOperation({ summary: 'The canonical document, as JSON or (?format=yaml) YAML.' })
  @ApiResponse({
    status: 200,
    description: 'The document: in the envelope, or as YAML.',
    content: {
      'application/json': { schema: enveloped(DOCUMENT, { document: DOCUMENT }) },
      'application/yaml': { schema: { type: 'string' } },
    },
  })
  async export(
    @Param('id') id: string,
    @Query() { version, format }: ExportQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | string> {
    const { document } = await this.catalog.find(uuidAt(id, '/id'), version);
    if (format !== 'yaml') return success('Workflow exported', document, { document });
    void reply.type('application/yaml; charset=utf-8');
    return stringify(document);
  }

  @Get(':id/stats')
  @ApiOperation({ summary: 'How the executions of a workflow went.' })
  @Answered(StatisticsAnswer)
  async statistics(@Param('id') id: string): Promise<Envelope> {
    const workflow = uuidAt(id, '/id');
    await this.catalog.find(workflow);
    const { byStatus, durations, failures } = await this.reader.statistics(workflow);
    const sorted = [...durations].sort((a, b) => a - b);
    const at = (share: number): Json =>
      sorted.length === 0
        ? null
        : (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number) / 1000;
    const total = Object.values(byStatus).reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const duration = { p50_seconds: at(0.5), p95_seconds: at(0.95), sample: sorted.length };
    return success('Statistics', {
      workflow_id: workflow,
      executions: total,
      by_status: byStatus,
      duration,
      failed_steps: failures,
    });
  }

  private async keep(
    save: { readonly source: unknown; readonly options: { timeScale?: number } },
    request: { readonly header: CallerKey | undefined; readonly reply: FastifyReply; readonly scope: string },
  ): Promise<Envelope> {
    const { source, options } = save;
    const { warnings, dialect } = this.catalog.check(source, options);
    const saved = await this.idempotency.once({
      ...request,
      body: { source, options },
      create: (key) => this.catalog.create({ source, options, ...(key && { key }) }),
      recall: (resource) => this.catalog.find(resource),
    });
    void request.reply.status(201);
    const { id } = saved.workflow;
    return success(
      'Workflow created',
      { ...workflowDetails(saved), dialect: dialect ?? null, warnings },
      { workflow_id: id, id },
    );
  }
}
