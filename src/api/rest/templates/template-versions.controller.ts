import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { TemplateService } from '../../../template/index.js';
import { TEMPLATES } from '../../tokens.js';
import { Answered, AnsweredList, naming } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { listing, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { templateVersionItem } from './present-template.js';
import { TemplateAnswer, TemplateVersionItem } from './template-answers.js';
import { RollbackDto } from './template-bodies.js';
import { TemplatePages } from './template-pages.js';
import { TemplatesReady } from './templates-ready.js';

const HINTS = naming('template_id', 'id');

@ApiTags('templates')
@UseGuards(TemplatesReady)
@Controller(['api/v1/templates/:id', 'api/templates/:id'])
export class TemplateVersionsController {
  constructor(
    @Inject(TEMPLATES) private readonly templates: TemplateService,
    private readonly pages: TemplatePages,
  ) {}

  @Get('versions')
  @ApiOperation({ summary: 'List the versions of a template, newest first.' })
  @AnsweredList('versions', TemplateVersionItem)
  async list(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const { template } = await this.templates.repository.find(id);
    const versions = await this.templates.repository.versions(id);
    const words = { current: template.version, latest: versions[0]?.version ?? template.version };
    const items = versions.map((version) => templateVersionItem(version, words));
    return listing('versions', items, { page: 1, limit: items.length, total: items.length });
  }

  @Post('versions')
  @ApiOperation({ summary: 'Keep a further version, which becomes the current one. Stored versions never change.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @Answered(TemplateAnswer, { status: 201, description: 'Kept.', hints: HINTS })
  @ApiResponse({ status: 409, description: 'template_version_exists, template_read_only' })
  @Faulty()
  async add(@Param('id') id: string, @Body() body: unknown): Promise<Envelope> {
    return this.pages.answer('Version created', await this.templates.repository.update(uuidAt(id, '/id'), body));
  }

  @Get('versions/:version')
  @ApiOperation({ summary: 'Get one version of a template.' })
  @Answered(TemplateAnswer, { hints: HINTS })
  @ApiResponse({ status: 404, description: 'template_not_found, template_version_not_found' })
  async get(@Param('id') id: string, @Param('version') version: string): Promise<Envelope> {
    return this.pages.answer('Version', await this.templates.repository.find(uuidAt(id, '/id'), version));
  }

  @Post('rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make an older version the current one. The versions after it stay; the history says so.' })
  @Answered(TemplateAnswer, { hints: HINTS })
  @ApiResponse({ status: 404, description: 'template_not_found, template_version_not_found' })
  @Faulty()
  async rollback(@Param('id') id: string, @Body() body: RollbackDto): Promise<Envelope> {
    const { repository } = this.templates;
    return this.pages.answer('Rolled back', await repository.rollback(uuidAt(id, '/id'), body.version, body.reason));
  }
}
