import { fault, HarmoniaError, isJsonObject, type JsonObject } from '../../kernel/index.js';
import type { TemplateService } from '../../template/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { openParamsOf, paramsOf, WORDS, type OwnAction } from './own-action.js';
import type { Repeatable } from './repeatable.js';
import { idIn, objectOf } from './workflow-actions.js';

export interface TemplateActionParts {
  readonly templates: TemplateService;
  readonly catalog: Pick<WorkflowCatalog, 'find'>;
  readonly repeatable: Repeatable;
}

/** The values stand under one of several names. */
const VALUES = ['parameter_values', 'parameters', 'values'] as const;

/** The name under which the values of a request stand; of two it is a fault. */
const valuesIn = (params: JsonObject): (typeof VALUES)[number] => {
  const [name = 'parameter_values', second] = VALUES.filter((one) => params[one] !== undefined);
  if (second === undefined) return name;
  const faults = [fault('wrong_type', `/${second}`, { expected: `absent, as there is \`${name}\`` })];
  throw new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults });
};

const isKnownPlace = (params: JsonObject): boolean =>
  ['workflow_id', 'workflow_definition_id', 'workflow_definition', 'tasks', 'template', 'steps'].some(
    (name) => params[name] !== undefined,
  );

/** What the workflow client of the platform asks of templates. */
export class TemplateActions {
  constructor(private readonly parts: TemplateActionParts) {}

  all(): readonly OwnAction[] {
    return [this.create(), this.instantiate()];
  }

  private create(): OwnAction {
    return {
      name: 'create_template',
      needed: 'write',
      description: 'Keeps a template: of a stored workflow (workflow_id), or of a definition, with parameters.',
      params: openParamsOf({ name: WORDS.text, description: { type: 'string' } }, ['name']),
      run: async (params, key) => {
        const { templates, repeatable } = this.parts;
        if (!isKnownPlace(params)) {
          const faults = [fault('required_field', '', { field: 'workflow_id' })];
          throw new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults });
        }
        await templates.ready();
        const id = await repeatable.once({
          ...{ scope: 'create_template', key, params },
          create: async (creation) =>
            (await templates.repository.create(params, { ...(creation && { key: creation }) })).template.id,
        });
        const { template, version } = await templates.repository.find(id);
        return { success: true, template_id: id, id, name: template.name, version: version.version };
      },
    };
  }

  private instantiate(): OwnAction {
    const values = Object.fromEntries(VALUES.map((name) => [name, WORDS.object]));
    const words = { name: WORDS.text, description: { type: 'string' }, version: WORDS.text, metadata: WORDS.object };
    return {
      name: 'instantiate_template',
      needed: 'write',
      description: 'Makes a workflow of a template.',
      params: paramsOf({ template_id: WORDS.id, ...values, ...words }, ['template_id']),
      run: async (params, key) => {
        const { templates, repeatable, catalog } = this.parts;
        await templates.ready();
        const field = valuesIn(params);
        const { version, name, description, metadata } = params;
        const from = await templates.repository.find(idIn(params, 'template_id'), textOf(version));
        const given = objectOf(params[field]);
        const request = {
          ...{ values: given, where: `/${field}` },
          ...(typeof name === 'string' && { name }),
          ...(typeof description === 'string' && { description }),
          ...(isJsonObject(metadata) && { metadata }),
        };
        // A secret must not be guessed from what is remembered of the request.
        const plain = await templates.instances.withoutSecrets(from, given);
        const id = await repeatable.once({
          ...{ scope: 'instantiate_template', key, params: { ...params, [field]: plain } },
          create: async (creation) =>
            (await templates.instances.instantiate(from, { ...request, ...(creation && { key: creation }) })).workflow
              .id,
        });
        const { workflow } = await catalog.find(id);
        const words = { workflow_id: id, id, template_id: from.template.id, name: workflow.name };
        return { success: true, ...words, version: workflow.version, task_count: workflow.taskCount };
      },
    };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
