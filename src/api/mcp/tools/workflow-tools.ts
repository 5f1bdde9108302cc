import { document, filtered, nothing, workflowInBody } from '../../access/route-access.js';
import { isJsonObject, isoInstant, type Json, type JsonObject } from '../../../kernel/index.js';
import type { WorkflowWithDocument } from '../../../workflow/index.js';
import { AnObject, Flag, Id, Strict, Text } from '../../rest/dto/fields.js';
import { workflowDetails } from '../../rest/present/workflow.js';
import { plainJson, uuidAt } from '../../rest/validation.js';
import {
  always,
  answer,
  defineTool,
  flag,
  id,
  listOf,
  object,
  objectOrNull,
  text,
  textOrNull,
  type Tool,
  type ToolCall,
} from '../tool.js';
import type { ToolDesk } from '../tool-desk.js';
import { quoted } from '../consent.js';
import { CONFIRM } from './confirmation.js';
import { listed, listSchema, PageArguments, partOf } from './paging.js';

const TASKS =
  'By id what each task does: {"fetch": {"type": "http/request", "input": {"url": "…"}, "depends_on": []}}, or {"component": …, "action": …, "input": …}. ListTaskTypes says which types there are.';

class WorkflowWords {
  @AnObject({ description: 'JSON Schema of the input.' })
  input_schema?: Record<string, unknown>;

  @AnObject({ description: 'JSON Schema of the output.' })
  output_schema?: Record<string, unknown>;

  @Text(128)
  version?: string;

  @AnObject({ description: 'Kept with the workflow.' })
  metadata?: Record<string, unknown>;
}

export class CreateWorkflowArguments extends WorkflowWords {
  @Text(255, { required: true })
  name!: string;

  @Text(10_000, { required: true })
  description!: string;

  @AnObject({ required: true, description: TASKS })
  tasks!: Record<string, unknown>;
}

export class UpdateWorkflowArguments extends WorkflowWords {
  @Id({ required: true })
  workflow_id!: string;

  @Text(255)
  name?: string;

  @Text(10_000)
  description?: string;

  @AnObject({ description: `${TASKS} They take the place of all that are there.` })
  tasks?: Record<string, unknown>;
}

export class WorkflowArguments {
  @Id({ required: true })
  workflow_id!: string;
}

export class DeleteWorkflowArguments extends WorkflowArguments {
  @Flag({ description: CONFIRM })
  confirm?: boolean;
}

@Strict()
class DefinitionArguments {
  @AnObject({
    required: true,
    description:
      'A whole workflow document, in any dialect that Harmonia reads: name, tasks, output, timeout and so on.',
  })
  definition!: Record<string, unknown>;
}

/** Own fields that are given, as JSON. */
const given = (fields: object): JsonObject => plainJson(fields, '') as JsonObject;

const saved = ({ workflow, version }: WorkflowWithDocument, status: 'created' | 'updated'): JsonObject => ({
  workflow_id: workflow.id,
  name: workflow.name,
  description: workflow.description ?? '',
  version: version.version,
  status,
});

const savedSchema = (status: string) =>
  answer({ workflow_id: id, name: text, description: text, version: text, status: always(status) });

const orEmpty = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

const about = { category: 'workflow_management', tags: ['workflow', 'definition'] } as const;
const upstream = { ...about, isUpstream: true } as const;

/** Throws `workflow_limited` when a caller who is limited to some workflows would keep another one. */
const mustBeTheirs = async ({ limited }: ToolDesk, { asker }: ToolCall, source: Json): Promise<void> => {
  const { caller, sight } = asker;
  if (sight) await limited.checkBody({ caller, sight, about: [document] }, source);
};

const create = defineTool({
  ...upstream,
  name: 'CreateWorkflowDefinition',
  about: document,
  title: 'Create a workflow',
  description:
    'Keep a new workflow, made of tasks. ValidateWorkflowDefinition checks one first; every fault is answered at once.',
  access: 'write',
  input: CreateWorkflowArguments,
  output: savedSchema('created'),
  run: async ({ catalog }, fields) => saved(await catalog.create({ source: given(fields) }), 'created'),
});

const update = defineTool({
  ...upstream,
  name: 'UpdateWorkflowDefinition',
  about: workflowInBody,
  title: 'Change a workflow',
  description:
    'Keep a further version of a workflow with these fields changed; metadata is merged. Stored versions never change.',
  access: 'write',
  input: UpdateWorkflowArguments,
  output: savedSchema('updated'),
  run: async (desk, { workflow_id: workflow, ...fields }, call) => {
    const { catalog } = desk;
    const key = uuidAt(workflow, '/workflow_id');
    const { document, version } = await catalog.find(key);
    const changed = given(fields);
    const metadata = { ...orEmpty(document.metadata), ...orEmpty(changed.metadata) };
    const source = { ...document, ...changed, ...(Object.keys(metadata).length > 0 && { metadata }) };
    await mustBeTheirs(desk, call, source);
    const request = { source, expected: version.definition };
    return saved(await catalog.update(key, request, fields.version === undefined), 'updated');
  },
});

const remove = defineTool({
  ...upstream,
  name: 'DeleteWorkflowDefinition',
  about: workflowInBody,
  title: 'Delete a workflow',
  description:
    'Take a workflow off the list. Refused while executions of it are open; those that have ended stay readable.',
  access: 'write',
  destroys: true,
  input: DeleteWorkflowArguments,
  consent: {
    to: async ({ catalog }, { workflow_id: workflow }) =>
      `Delete the workflow ${quoted((await catalog.find(uuidAt(workflow, '/workflow_id'))).workflow.name)}`,
  },
  output: answer({ workflow_id: id, status: always('deleted') }),
  run: async ({ workflows }, { workflow_id: workflow }) => {
    const key = uuidAt(workflow, '/workflow_id');
    await workflows.remove(key, false);
    return { workflow_id: key, status: 'deleted' };
  },
});

const get = defineTool({
  ...upstream,
  name: 'GetWorkflowDefinition',
  about: workflowInBody,
  title: 'Get a workflow',
  description: 'Show the current version of a workflow with its tasks.',
  access: 'read',
  input: WorkflowArguments,
  output: answer({
    ...{ workflow_id: id, name: text, description: text, tasks: object, input_schema: object, output_schema: object },
    ...{ version: text, metadata: object, created_at: text, updated_at: text },
  }),
  run: async ({ catalog }, { workflow_id: workflow }) => {
    const { workflow_definition: definition, ...shown } = workflowDetails(
      await catalog.find(uuidAt(workflow, '/workflow_id')),
    );
    const { output } = orEmpty(definition);
    return {
      ...{ workflow_id: shown.id, name: shown.name, description: shown.description, tasks: shown.tasks },
      ...{ input_schema: shown.input_schema, output_schema: shown.output_schema, version: shown.version },
      ...{ metadata: shown.metadata, created_at: shown.created_at, updated_at: shown.updated_at },
      ...(output !== undefined && { output }),
    };
  },
});

const list = defineTool({
  ...upstream,
  name: 'ListWorkflowDefinitions',
  about: filtered,
  title: 'List workflows',
  description: 'List the workflows that are kept, the newest first.',
  access: 'read',
  input: PageArguments,
  output: answer(
    listSchema('workflows', {
      type: 'object',
      properties: { workflow_id: id, name: text, description: text, version: text, created_at: text, updated_at: text },
    }),
  ),
  run: async ({ catalog }, page, { asker: { sight } }) => {
    const part = partOf(page);
    const only = sight ? { names: [...sight.names] } : {};
    const { items, total } = await catalog.list({ sortBy: 'created_at', descending: true, ...part, ...only });
    const shown = items.map((workflow) => ({
      ...{ workflow_id: workflow.id, name: workflow.name, description: workflow.description ?? '' },
      ...{ version: workflow.version, task_count: workflow.taskCount },
      ...{ created_at: isoInstant(workflow.createdAt), updated_at: isoInstant(workflow.updatedAt) },
    }));
    return listed('workflows', shown, { ...part, total });
  },
});

const FAULTS = listOf(answer({ code: text, pointer: text, message: text, cure: text }));

const validate = defineTool({
  ...about,
  name: 'ValidateWorkflowDefinition',
  about: nothing,
  title: 'Check a workflow',
  description: 'Check a workflow document without keeping it. Every fault comes with a JSON pointer and a cure.',
  access: 'read',
  input: DefinitionArguments,
  output: answer({ valid: flag, dialect: textOrNull, faults: FAULTS, warnings: FAULTS, document: objectOrNull }),
  run: ({ catalog }, { definition }) => {
    const { document, dialect, faults, warnings, compiled } = catalog.check(plainJson(definition, '/definition'));
    const valid = compiled !== undefined;
    return { valid, dialect: dialect ?? null, faults, warnings, document: document ?? null };
  },
});

const keep = defineTool({
  ...about,
  name: 'ImportWorkflowDefinition',
  about: filtered,
  title: 'Keep a whole workflow',
  description: 'Keep a new workflow from a whole document, with everything that a workflow can say, in any dialect.',
  access: 'write',
  input: DefinitionArguments,
  output: savedSchema('created'),
  run: async (desk, { definition }, call) => {
    const source = plainJson(definition, '/definition');
    await mustBeTheirs(desk, call, source);
    return saved(await desk.catalog.create({ source }), 'created');
  },
});

export const WORKFLOW_TOOLS: readonly Tool[] = [create, update, remove, get, list, validate, keep];
