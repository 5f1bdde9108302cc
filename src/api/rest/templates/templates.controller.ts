import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { stringify } from 'yaml';
import type { Provenance, TemplateService } from '../../../template/index.js';
import { TEMPLATES } from '../../tokens.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Faulty, Keyed } from '../dto/described.js';
import { ExportQueryDto, RemoveQueryDto, VersionQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { uuidAt } from '../validation.js';
import { templateItem } from './present-template.js';
import { ExportAnswer, TemplateAnswer, TemplateItem } from './template-answers.js';
import { TemplateQueryDto } from './template-bodies.js';
import { TemplatePages } from './template-pages.js';
import { TemplatesReady } from './templates-ready.js';

const DOCUMENT = { schema: { type: 'object', additionalProperties: true } } as const;
const HINTS = naming('template_id', 'id');
/** Who upstream says imports. */
const IMPORTER = 'harmonia-ui';

@ApiTags('templates')
@UseGuards(TemplatesReady)
@Controller(['api/v1/templates', 'api/templates'])
export class TemplatesController {
  constructor(
    @Inject(TEMPLATES) private readonly templates: TemplateService,
    private readonly pages: TemplatePages,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a template: a definition in any dialect, or a stored workflow, with parameters.' })
  @Keyed()
  @ApiBody(DOCUMENT)
  @Answered(TemplateAnswer, { status: 201, description: 'Kept.', hints: HINTS })
  @ApiResponse({ status: 404, description: 'workflow_not_found' })
  @Faulty()
  create(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.keep(body, { header, reply, scope: 'templates' });
  }

  @Post('import')
  @ApiOperation({ summary: 'Keep a template that was exported, here or elsewhere.' })
  @Keyed()
  @ApiBody(DOCUMENT)
  @Answered(TemplateAnswer, { status: 201, description: 'Kept.', hints: HINTS })
  @Faulty()
  import(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.keep(body, { header, reply, scope: 'templates/import', createdBy: IMPORTER });
  }

  @Get()
  @ApiOperation({ summary: 'List templates.' })
  @AnsweredList('templates', TemplateItem)
  async list(@Query() query: TemplateQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const all = await this.templates.categories.list();
    const named = query.category_id ?? query.category;
    const category = named === undefined ? undefined : await this.templates.categories.named(named);
    if (named !== undefined && !category) return listing('templates', [], { ...page, total: 0 });
    const { items, total } = await this.templates.repository.list({
      ...(query.q !== undefined && { search: query.q }),
      ...(query.tags !== undefined && { tags: query.tags }),
      ...(category && { category: category.id }),
      ...(query.is_public !== undefined && { isPublic: query.is_public }),
      ...(query.source !== undefined && { source: query.source }),
      sortBy: query.sort_by ?? 'created_at',
      descending: query.sort_order !== 'asc',
      offset: page.offset,
      limit: page.limit,
    });
    return listing(
      'templates',
      items.map((template) => templateItem(template, all)),
      { ...page, total },
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a template, its current version or the one named.' })
  @Answered(TemplateAnswer, { hints: HINTS })
  @ApiResponse({ status: 404, description: 'template_not_found, template_version_not_found' })
  async get(@Param('id') id: string, @Query() { version }: VersionQueryDto): Promise<Envelope> {
    return this.pages.answer('Template', await this.templates.repository.find(uuidAt(id, '/id'), version));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a template. Another definition or other parameters make a new version.' })
  @ApiBody(DOCUMENT)
  @Answered(TemplateAnswer, { hints: HINTS })
  @ApiResponse({ status: 409, description: 'template_version_exists, template_read_only' })
  @Faulty()
  async update(@Param('id') id: string, @Body() body: unknown): Promise<Envelope> {
    return this.pages.answer('Template updated', await this.templates.repository.update(uuidAt(id, '/id'), body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove a template; workflows that were made of it stay.' })
  @ApiResponse({ status: 409, description: 'template_in_use: others extend or include it; ?force=true removes it.' })
  @AnsweredEmpty()
  async remove(@Param('id') id: string, @Query() { force = false }: RemoveQueryDto): Promise<Envelope> {
    await this.templates.repository.remove(uuidAt(id, '/id'), force);
    return success('Template deleted', null);
  }

  @Get(':id/export')
  @ApiOperation({ summary: 'One document that imports as the same template, as JSON or (?format=yaml) YAML.' })
  @Answered(ExportAnswer)
  async export(
    @Param('id') id: string,
    @Query() { version, format }: ExportQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | string> {
    const document = await this.templates.export(uuidAt(id, '/id'), version);
    if (format !== 'yaml') return success('Template exported', document, { document });
    void reply.type('application/yaml; charset=utf-8');
    return stringify(document);
  }

  private async keep(
    body: unknown,
    request: { header: CallerKey | undefined; reply: FastifyReply; scope: string; createdBy?: string },
  ): Promise<Envelope> {
    const { repository } = this.templates;
    const { createdBy, ...rest } = request;
    const saved = await this.idempotency.once({
      ...rest,
      body,
      create: (key) => {
        const provenance: Provenance = { ...(key && { key }), ...(createdBy !== undefined && { createdBy }) };
        return repository.create(body, provenance);
      },
      recall: (resource) => repository.find(resource),
    });
    void request.reply.status(201);
    return this.pages.answer('Template created', saved);
  }
}
