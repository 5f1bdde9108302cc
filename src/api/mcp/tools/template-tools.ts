import { everything } from '../../access/route-access.js';
import { isoInstant, type JsonObject } from '../../../kernel/index.js';
import { AnObject, Flag, Id, Ids, Strict, Text, Texts } from '../../rest/dto/fields.js';
import { instantiationDetails } from '../../rest/templates/present-template.js';
import { plainJson, uuidAt } from '../../rest/validation.js';
import { always, answer, defineTool, flag, id, listOf, object, text, whole, type Tool } from '../tool.js';

const about = { category: 'template_management', tags: ['template'] } as const;
const upstream = { ...about, isUpstream: true } as const;
/** As many as a list shows. */
const MOST = 1000;

class CreateTemplateArguments {
  @Text(255, { required: true })
  name!: string;

  @Text(10_000, { required: true })
  description!: string;

  @Id({ required: true, also: ['workflow_id'], description: 'The workflow that the template is made of.' })
  workflow_definition_id!: string;

  @AnObject({
    description:
      'By name what can be filled in: {"city": {"type": "string", "required": true, "description": "…"}}. Tasks say ${param.city}.',
  })
  parameters?: Record<string, unknown>;

  @Ids(100)
  category_ids?: string[];

  @Texts(100, 255)
  tags?: string[];

  @Flag({ description: 'Default true.' })
  is_public?: boolean;

  @AnObject({ description: 'Kept with the template.' })
  metadata?: Record<string, unknown>;
}

class InstantiateArguments {
  @Id({ required: true })
  template_id!: string;

  @AnObject({ required: true, description: 'Values by parameter; a secret may be {"credential": "name"}.' })
  parameter_values!: Record<string, unknown>;

  @AnObject({ description: 'Kept with the workflow.' })
  metadata?: Record<string, unknown>;
}

class ListTemplatesArguments {
  @Id({ description: 'Only templates of this category.' })
  category_id?: string;

  @Texts(20, 255, { description: 'Only templates with all of these.' })
  tags?: string[];
}

@Strict()
class TemplateArguments {
  @Id({ required: true })
  template_id!: string;

  @Text(128, { description: 'The current one when absent.' })
  version?: string;
}

const create = defineTool({
  ...upstream,
  name: 'CreateTemplate',
  about: everything,
  title: 'Make a template of a workflow',
  description: 'Keep a template made of a stored workflow, with parameters.',
  access: 'write',
  input: CreateTemplateArguments,
  output: answer({ template_id: id, name: text, description: text, is_public: flag, status: always('created') }),
  run: async ({ templates }, fields) => {
    await templates.ready();
    const { template } = await templates.repository.create(plainJson(fields, ''));
    return {
      ...{ template_id: template.id, name: template.name, description: template.description },
      ...{ is_public: template.isPublic, status: 'created' },
    };
  },
});

const instantiate = defineTool({
  ...upstream,
  name: 'InstantiateTemplate',
  about: everything,
  title: 'Make a workflow of a template',
  description:
    'Keep a new workflow, made of a template with its parameters filled in. GetTemplate shows the parameters.',
  access: 'write',
  input: InstantiateArguments,
  output: answer({
    ...{ instantiation_id: text, workflow_definition_id: id, workflow_name: text },
    status: always('instantiated'),
  }),
  run: async ({ templates }, { template_id: template, parameter_values: values, metadata }) => {
    await templates.ready();
    const from = await templates.repository.find(uuidAt(template, '/template_id'));
    const made = await templates.instances.instantiate(from, {
      values: plainJson(values, '/parameter_values') as JsonObject,
      where: '/parameter_values',
      ...(metadata !== undefined && { metadata: plainJson(metadata, '/metadata') as JsonObject }),
    });
    const { instantiation } = instantiationDetails(made);
    return {
      instantiation_id: (instantiation as JsonObject).id ?? null,
      workflow_definition_id: made.workflow.id,
      workflow_name: made.workflow.name,
      status: 'instantiated',
    };
  },
});

const list = defineTool({
  ...upstream,
  name: 'ListTemplates',
  about: everything,
  title: 'List templates',
  description: 'List the templates, those that come with Harmonia among them.',
  access: 'read',
  input: ListTemplatesArguments,
  output: answer({
    templates: listOf({
      type: 'object',
      properties: {
        template_id: id,
        name: text,
        description: text,
        is_public: flag,
        tags: listOf(text),
        created_at: text,
      },
    }),
    ...{ count: whole, total: whole },
  }),
  run: async ({ templates }, { category_id: category, tags }) => {
    await templates.ready();
    const { items, total } = await templates.repository.list({
      ...(category !== undefined && { category: uuidAt(category, '/category_id') }),
      ...(tags !== undefined && { tags }),
      ...{ sortBy: 'created_at', descending: true, offset: 0, limit: MOST },
    });
    const shown = items.map((template) => ({
      ...{ template_id: template.id, name: template.name, description: template.description },
      ...{ is_public: template.isPublic, tags: template.tags, created_at: isoInstant(template.createdAt) },
    }));
    return { templates: shown, count: shown.length, total };
  },
});

const get = defineTool({
  ...about,
  name: 'GetTemplate',
  about: everything,
  title: 'Get a template',
  description: 'Show a template with its parameters and the workflow that it makes.',
  access: 'read',
  input: TemplateArguments,
  output: answer({ template_id: id, name: text, version: text, parameters: object, workflow_definition: object }),
  run: async ({ templates, templatePages }, { template_id: template, version }) => {
    await templates.ready();
    return templatePages.details(await templates.repository.find(uuidAt(template, '/template_id'), version));
  },
});

export const TEMPLATE_TOOLS: readonly Tool[] = [create, instantiate, list, get];
