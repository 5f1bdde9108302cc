import { Body, Controller, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { fault, HarmoniaError, isJsonObject, type JsonObject } from '../../../kernel/index.js';
import type { InstantiateRequest, TemplateService, TemplateWithVersion } from '../../../template/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import { CATALOG, TEMPLATES } from '../../tokens.js';
import { Answered, naming } from '../dto/answered.js';
import { Keyed } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { plainJson, requestFault, uuidAt } from '../validation.js';
import { instantiationDetails } from './present-template.js';
import { InstantiationAnswer, TemplatePreviewAnswer } from './template-answers.js';
import { DryRunQueryDto, InstantiateDto } from './template-bodies.js';
import { TemplatesReady } from './templates-ready.js';

@ApiTags('templates')
@UseGuards(TemplatesReady)
@Controller(['api/v1/templates/:id', 'api/templates/:id'])
export class TemplateInstancesController {
  constructor(
    @Inject(TEMPLATES) private readonly templates: TemplateService,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(['instantiate', 'create', 'use'])
  @ApiOperation({ summary: 'Make a workflow of a template. `create` and `use` are other names of the same.' })
  @Keyed()
  @ApiBody({ type: InstantiateDto, required: false })
  @ApiExtraModels(TemplatePreviewAnswer)
  @Answered(InstantiationAnswer, {
    status: 201,
    description: 'The workflow is kept.',
    hints: naming('workflow_id', 'template_id', 'id'),
  })
  @Answered(TemplatePreviewAnswer, { status: 200, description: 'With dry_run: what would be made.' })
  @ApiResponse({ status: 404, description: 'template_not_found, template_version_not_found' })
  @ApiResponse({ status: 422, description: 'Every value that is missing, unknown or does not fit.' })
  async instantiate(
    @Param('id') text: string,
    @Body() raw: unknown,
    @Body() body: InstantiateDto,
    @Query() query: DryRunQueryDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    if (body.template_id !== undefined && uuidAt(body.template_id, '/template_id') !== id)
      throw new HarmoniaError('invalid_request', { reason: 'template_id is not the template of the path' });
    const from = await this.templates.repository.find(id, body.version);
    const request = requestOf(raw, body);
    if (query.dry_run ?? body.dry_run ?? false) {
      const { document, warnings } = await this.templates.instances.preview(from, request);
      void reply.status(200);
      return success('Nothing was made', { valid: true, workflow_definition: document, warnings });
    }
    const made = await this.idempotency.once({
      ...{ header, reply, scope: 'templates/instantiate' },
      body: await this.rememberable(from, request),
      create: (key) => this.templates.instances.instantiate(from, { ...request, ...(key && { key }) }),
      recall: (resource) => this.catalog.find(resource),
    });
    void reply.status(201);
    const workflow = made.workflow.id;
    const hints = { workflow_id: workflow, template_id: id, id: workflow };
    return success('Workflow created', instantiationDetails(made), hints);
  }

  /** What is remembered of a request, as a hash: without the secrets, which must not be guessed from it. */
  private async rememberable(from: TemplateWithVersion, request: InstantiateRequest): Promise<JsonObject> {
    const { where: _, key: __, values, ...rest } = request;
    return { template: from.template.id, ...rest, values: await this.templates.instances.withoutSecrets(from, values) };
  }
}

/** The values stand under one of several names; the first that is there counts. */
const VALUES = ['parameter_values', 'parameterValues', 'parameters', 'values'];

const requestOf = (raw: unknown, body: InstantiateDto): InstantiateRequest => {
  const given = isJsonObject(raw) ? VALUES.filter((name) => (raw[name] ?? null) !== null) : [];
  const [field = 'parameter_values', second] = given;
  if (second !== undefined)
    throw requestFault(fault('wrong_type', `/${second}`, { expected: `absent, as there is \`${field}\`` }));
  return {
    values: plainJson(body.parameter_values ?? {}, `/${field}`) as JsonObject,
    where: `/${field}`,
    ...(body.version !== undefined && { version: body.version }),
    ...(body.name !== undefined && body.name.trim() !== '' && { name: body.name }),
    ...(body.description !== undefined && { description: body.description }),
    ...(body.metadata !== undefined && { metadata: plainJson(body.metadata, '/metadata') as JsonObject }),
  };
};
