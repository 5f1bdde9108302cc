import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Uuid } from '../../../kernel/index.js';
import type { TemplateService } from '../../../template/index.js';
import { TEMPLATES } from '../../tokens.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { listing, success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { categoryWords } from './present-template.js';
import { CategoryAnswer } from './template-answers.js';
import { CategoryChangeDto, CategoryDto } from './template-bodies.js';
import { TemplatesReady } from './templates-ready.js';

const HINTS = naming('category_id');

@ApiTags('templates')
@UseGuards(TemplatesReady)
@Controller(['api/v1/templates/categories', 'api/templates/categories'])
export class TemplateCategoriesController {
  constructor(@Inject(TEMPLATES) private readonly templates: TemplateService) {}

  @Get()
  @ApiOperation({ summary: 'List the categories of templates, by name.' })
  @AnsweredList('categories', CategoryAnswer)
  async list(): Promise<Envelope> {
    const items = (await this.templates.categories.list()).map(categoryWords);
    return listing('categories', items, { page: 1, limit: items.length, total: items.length });
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a category.' })
  @Answered(CategoryAnswer, { status: 201, description: 'Made.', hints: HINTS })
  @ApiResponse({ status: 409, description: 'conflict: another one has the name.' })
  @Faulty()
  async create(@Body() body: CategoryDto): Promise<Envelope> {
    const parent = body.parent_id === undefined ? undefined : uuidAt(body.parent_id, '/parent_id');
    const { name, description } = body;
    const made = await this.templates.categories.create({ name, description, parent });
    return success('Category created', categoryWords(made), { category_id: made.id });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a category.' })
  @Answered(CategoryAnswer)
  @ApiResponse({ status: 404, description: 'category_not_found' })
  async get(@Param('id') id: string): Promise<Envelope> {
    return success('Category', categoryWords(await this.templates.categories.find(uuidAt(id, '/id'))));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a category; what is absent stays.' })
  @Answered(CategoryAnswer)
  @ApiResponse({ status: 409, description: 'conflict: another one has the name.' })
  @Faulty()
  async update(@Param('id') id: string, @Body() raw: unknown, @Body() body: CategoryChangeDto): Promise<Envelope> {
    const { name, description } = body;
    const changed = await this.templates.categories.update(uuidAt(id, '/id'), {
      ...{ name, description, parent: parentOf(raw, body) },
    });
    return success('Category updated', categoryWords(changed));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove a category that has no templates and no categories below it.' })
  @AnsweredEmpty()
  @ApiResponse({ status: 409, description: 'category_in_use' })
  async remove(@Param('id') id: string): Promise<Envelope> {
    await this.templates.categories.remove(uuidAt(id, '/id'));
    return success('Category deleted', null);
  }
}

/** Null takes it out of the one it lay below. */
const parentOf = (raw: unknown, { parent_id: parent }: CategoryChangeDto): Uuid | null | undefined => {
  if (parent !== undefined && parent !== null) return uuidAt(parent, '/parent_id');
  const { parent_id: snake, parentId: camel } = (raw ?? {}) as { parent_id?: unknown; parentId?: unknown };
  return snake === null || camel === null ? null : undefined;
};
