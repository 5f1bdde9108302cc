import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Components } from '../../../integration/ports/index.js';
import { COMPONENTS } from '../../tokens.js';
import { Answered, AnsweredEmpty, AnsweredWith } from '../dto/answered.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { plainJson } from '../validation.js';
import { ActionSchemaAnswer, ComponentAnswer, ComponentItem, ComponentTestAnswer } from './component-answers.js';
import { COMPONENT_BODY, ComponentQueryDto, PARAMS_BODY, TEST_BODY } from './component-bodies.js';

const NAMES = { type: 'array', items: { type: 'string' } };
const WITH_DETAILS = { type: 'array', items: { $ref: getSchemaPath(ComponentItem) } };
const EITHER = { anyOf: [NAMES, WITH_DETAILS] };
const whole = { type: 'integer' };
const PAGE = { components: EITHER, items: EITHER, total: whole, page: whole, limit: whole };
const UNKNOWN = { status: 404, description: 'component_not_found' };
const NO_ACTION = { status: 404, description: 'component_not_found, or action_not_found.' };

@ApiTags('components')
@ApiExtraModels(ComponentItem)
@Controller(['api/v1/components', 'api/components'])
export class ComponentsController {
  constructor(@Inject(COMPONENTS) private readonly components: Components) {}

  @Get()
  @ApiOperation({ summary: 'List the names of components, or with ?details=true more of each.' })
  @AnsweredWith(EITHER, PAGE)
  async list(@Query() { details = false, ...query }: ComponentQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    if (details) {
      const { items, total } = await this.components.list(page);
      return listing('components', items, { ...page, total });
    }
    const names = await this.components.names();
    const { offset, limit } = page;
    return listing('components', names.slice(offset, offset + limit), { ...page, total: names.length });
  }

  @Post()
  @ApiOperation({ summary: 'Register a component: workflows call its actions as those of any other.' })
  @ApiBody({ schema: COMPONENT_BODY })
  @Answered(ComponentAnswer, { status: 201, description: 'Registered.', hints: { component: { type: 'string' } } })
  @ApiResponse({ status: 409, description: 'component_exists, or too_many_components.' })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer; never with a secret.' })
  async register(@Body() body: unknown): Promise<Envelope> {
    const component = await this.components.register(plainJson(body, ''));
    return success('Component registered', component, { component: component.name });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Show a component; its secret is masked.' })
  @ApiResponse(UNKNOWN)
  @Answered(ComponentAnswer)
  async get(@Param('name') name: string): Promise<Envelope> {
    return success('Component retrieved', await this.components.find(name));
  }

  @Put(':name')
  @ApiOperation({
    summary: 'Change a registration. Fields that are absent stay as they are; a masked secret does, too.',
  })
  @ApiBody({ schema: { ...COMPONENT_BODY, required: [] } })
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: 'component_not_registered: it comes with Harmonia or its configuration.' })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer; never with a secret.' })
  @Answered(ComponentAnswer)
  async update(@Param('name') name: string, @Body() body: unknown): Promise<Envelope> {
    return success('Component updated', await this.components.update(name, plainJson(body, '')));
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Delete a registration, with its secret. One that it took the place of is there again.' })
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: 'component_not_registered: it comes with Harmonia or its configuration.' })
  @AnsweredEmpty()
  async remove(@Param('name') name: string): Promise<Envelope> {
    await this.components.remove(name);
    return success('Component deleted', null);
  }

  @Post(':name/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask it now, for /health or by an action, and tell what came. That it fails is an answer, too.',
  })
  @ApiBody({ schema: TEST_BODY, required: false })
  @ApiResponse(UNKNOWN)
  @Answered(ComponentTestAnswer)
  async test(@Param('name') name: string, @Body() body: unknown): Promise<Envelope> {
    const outcome = await this.components.test(name, plainJson(body, ''));
    return success(outcome.ok === true ? 'The component answers' : 'The component does not answer well', outcome);
  }

  @Get(':name/actions')
  @ApiOperation({ summary: 'List the names of the actions of a component.' })
  @ApiResponse(UNKNOWN)
  @AnsweredWith(NAMES, { actions: NAMES, items: NAMES, total: whole })
  async actions(@Param('name') name: string): Promise<Envelope> {
    const actions = await this.components.actions(name);
    const hints = { actions, items: actions, total: actions.length };
    return success(`${actions.length} actions`, actions, hints);
  }

  @Get(':name/actions/:action')
  @ApiOperation({ summary: 'Show what an action takes.' })
  @ApiResponse(NO_ACTION)
  @Answered(ActionSchemaAnswer)
  async action(@Param('name') name: string, @Param('action') action: string): Promise<Envelope> {
    return success('Action retrieved', await this.components.action(name, action));
  }

  @Post(':name/actions/:action')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call an action; data is its result. The body is its params.' })
  @ApiBody({ schema: PARAMS_BODY, required: false })
  @ApiResponse({ status: 403, description: 'address_blocked: its base_url is not public, and not allowed.' })
  @ApiResponse(NO_ACTION)
  @ApiResponse({ status: 422, description: 'The params do not fit; nothing was sent.' })
  @ApiResponse({ status: 502, description: 'component_error: it failed, or cannot be reached.' })
  @ApiResponse({ status: 503, description: 'component_error: it is left alone for a while, or has too much to do.' })
  @ApiResponse({ status: 504, description: 'component_error: no answer came in time.' })
  @AnsweredWith({ description: 'Any JSON: the result.', anyOf: [{}] })
  async call(@Param('name') name: string, @Param('action') action: string, @Body() body: unknown): Promise<Envelope> {
    return success('Action done', await this.components.call(name, action, plainJson(body ?? {}, '')));
  }
}
