import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { stringify } from 'yaml';
import { HarmoniaError, isJsonObject, isoInstant, type Clock, type Json } from '../../kernel/index.js';
import type { WorkflowCatalog, WorkflowWithDocument } from '../../workflow/index.js';
import type { ExecutionReader } from '../ports/index.js';
import type { EventFeed, WorkflowEvent } from '../streams/event-feed.js';
import { CATALOG, CLOCK, FEED, READER } from '../tokens.js';
import { WorkflowQueryDto } from './dto/queries.js';
import { listing, pageOf, success, type Envelope } from './envelope.js';
import { Idempotency } from './idempotency.js';
import { versionItem, workflowDetails, workflowItem } from './present/workflow.js';
import { uuidAt } from './validation.js';

const PREFIXES = ['api/v1/workflows', 'api/workflows'];
const KEY = { name: 'Idempotency-Key', required: false, description: 'Makes the request safe to repeat.' };

@ApiTags('workflows')
@Controller(PREFIXES)
export class WorkflowsController {
  constructor(
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(FEED) private readonly feed: EventFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a workflow, in any dialect, as JSON or YAML.' })
  @ApiHeader(KEY)
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 201, description: 'Kept.' })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer.' })
  create(
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.keep({ source: body, options: {} }, { header, reply, scope: 'workflows' });
  }

  @Post('import')
  @ApiOperation({ summary: 'Import a workflow, a template document or a WfCommons trace.' })
  @ApiHeader(KEY)
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 201, description: 'Kept; data.dialect says what it was.' })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer.' })
  import(
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const wrapped = isJsonObject(body) && isJsonObject(body.document) ? body : undefined;
    const scale = wrapped?.time_scale ?? wrapped?.timeScale;
    const options = typeof scale === 'number' && scale >= 0 ? { timeScale: scale } : {};
    return this.keep({ source: wrapped ? wrapped.document : body, options }, { header, reply, scope: 'import' });
  }

  @Post('validate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check a workflow without keeping it.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 200, description: '{valid, dialect, faults, warnings, document}' })
  validate(@Body() body: unknown): Envelope {
    const { document, dialect, faults, warnings, compiled } = this.catalog.check(body);
    const valid = compiled !== undefined;
    const data = { valid, dialect: dialect ?? null, faults, warnings, document: document ?? null };
    return success(valid ? 'The workflow is valid' : `The workflow has ${faults.length} fault(s)`, data, { valid });
  }

  @Get()
  @ApiOperation({ summary: 'List workflows.' })
  @ApiResponse({ status: 200, description: 'A page; items in data, workflows and items.' })
  async list(@Query() query: WorkflowQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.catalog.list({
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
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  async get(@Param('id') id: string, @Query('version') version?: string): Promise<Envelope> {
    return success('Workflow', workflowDetails(await this.catalog.find(uuidAt(id, '/id'), version)));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Keep a further version. Stored versions never change.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 409, description: 'version_exists: this version is there with other content.' })
  async update(@Param('id') id: string, @Body() body: unknown, @Query('bump') bump?: string): Promise<Envelope> {
    const names = isJsonObject(body) && body.version !== undefined;
    const saved = await this.catalog.update(uuidAt(id, '/id'), { source: body }, bump === 'true' || !names);
    this.changed('workflow_updated', saved);
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
  async remove(@Param('id') id: string, @Query('force') force?: string): Promise<Envelope> {
    const workflow = uuidAt(id, '/id');
    const found = await this.catalog.find(workflow);
    const open = await this.reader.openOf(workflow);
    if (open > 0 && force !== 'true')
      throw new HarmoniaError('conflict', { reason: `${open} execution(s) of the workflow are open; add ?force=true` });
    await this.catalog.remove(workflow);
    this.changed('workflow_deleted', found);
    return success('Workflow deleted', null);
  }

  @Get(':id/versions')
  @ApiOperation({ summary: 'List the versions of a workflow, newest first.' })
  async versions(@Param('id') id: string): Promise<Envelope> {
    const versions = (await this.catalog.versions(uuidAt(id, '/id'))).map(versionItem);
    return listing('versions', versions, { page: 1, limit: versions.length, total: versions.length });
  }

  @Get(':id/export')
  @ApiOperation({ summary: 'The canonical document, as JSON or (?format=yaml) YAML.' })
  async export(
    @Param('id') id: string,
    @Query('version') version: string | undefined,
    @Query('format') format: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | string> {
    const { document } = await this.catalog.find(uuidAt(id, '/id'), version);
    if (format !== 'yaml') return success('Workflow exported', document, { document });
    void reply.type('application/yaml; charset=utf-8');
    return stringify(document);
  }

  @Get(':id/stats')
  @ApiOperation({ summary: 'How the executions of a workflow went.' })
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
    request: { readonly header: string | undefined; readonly reply: FastifyReply; readonly scope: string },
  ): Promise<Envelope> {
    const { source, options } = save;
    const { warnings, dialect } = this.catalog.check(source, options);
    const saved = await this.idempotency.once({
      ...request,
      body: source,
      create: async (key) => {
        const created = await this.catalog.create({ source, options, ...(key && { key }) });
        this.changed('workflow_created', created);
        return created;
      },
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

  private changed(type: WorkflowEvent['type'], { workflow, version }: WorkflowWithDocument): void {
    const timestamp = isoInstant(this.clock.now());
    this.feed.workflowChanged({
      type,
      workflow_id: workflow.id,
      name: workflow.name,
      version: version.version,
      timestamp,
    });
  }
}
