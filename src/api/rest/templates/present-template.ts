import { isJsonObject, isoInstant, type Json, type JsonObject, type Warning } from '../../../kernel/index.js';
import { contentOf, type Described, type TemplateWithVersion } from '../../../template/index.js';
import type {
  CountedTemplate,
  StoredCategory,
  StoredTemplateVersion,
  TemplateChange,
} from '../../../template/ports/index.js';
import type { WorkflowWithDocument } from '../../../workflow/index.js';
import { workflowDetails } from '../present/workflow.js';

const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** Its first category, else what it says of itself: upstream's files have `metadata.category`. */
const categoryOf = (template: CountedTemplate, categories: readonly StoredCategory[]): string => {
  const [first] = template.categories;
  return categories.find(({ id }) => id === first)?.name ?? textOf(template.metadata.category) ?? '';
};

/** A template as lists show it, under the names of every caller. */
export const templateItem = (
  template: CountedTemplate,
  categories: readonly StoredCategory[],
): Record<string, Json> => ({
  id: template.id,
  template_id: template.id,
  name: template.name,
  description: template.description,
  icon: template.icon ?? null,
  category: categoryOf(template, categories),
  category_ids: template.categories,
  tags: template.tags,
  is_public: template.isPublic,
  metadata: template.metadata,
  version: template.version,
  current_version: template.version,
  usage_count: template.usageCount,
  usageCount: template.usageCount,
  source: template.source ?? null,
  created_by: template.createdBy ?? null,
  created_at: isoInstant(template.createdAt),
  updated_at: isoInstant(template.updatedAt),
  lastModified: isoInstant(template.updatedAt),
});

const parameterWords = ({ parameters }: Described): JsonObject =>
  Object.fromEntries(
    [...parameters].map(([name, { schema, required, secret, description, default: fallback }]) => [
      name,
      {
        ...schema,
        name,
        ...(textOf(schema.type) !== undefined && { parameter_type: schema.type }),
        ...(Array.isArray(schema.enum) && { options: schema.enum as Json }),
        description: description ?? '',
        required,
        secret,
        ...(fallback !== undefined && { default: fallback, default_value: fallback }),
      },
    ]),
  );

const changeWords = ({ at, kind, version, before, reason }: TemplateChange): JsonObject => ({
  ...{ at: isoInstant(at), kind, version, before: before ?? null, reason: reason ?? null },
});

export interface TemplatePage {
  readonly found: TemplateWithVersion;
  /** With everything of its parents. */
  readonly described: Described;
  readonly categories: readonly StoredCategory[];
  readonly history: readonly TemplateChange[];
  readonly warnings?: readonly Warning[];
}

/** A template with one of its versions. */
export const templateDetails = ({
  found,
  described,
  categories,
  history,
  warnings,
}: TemplatePage): Record<string, Json> => {
  const { template, version } = found;
  const content = contentOf(version);
  return {
    ...templateItem(template, categories),
    version: version.version,
    parameters: parameterWords(described),
    workflow_definition: described.definition,
    workflow_definition_id: null,
    extends: content.extends ?? null,
    references: version.references,
    dialect: content.dialect,
    changes: version.changes ?? null,
    history: history.map(changeWords),
    ...(warnings && { warnings: warnings.map((warning) => ({ ...warning })) }),
  };
};

export const templateVersionItem = (
  version: StoredTemplateVersion,
  { current, latest }: { current: string; latest: string },
): Record<string, Json> => ({
  template_id: version.template,
  version: version.version,
  is_current: version.version === current,
  is_latest: version.version === latest,
  content_hash: version.hash,
  changes: version.changes ?? null,
  created_at: isoInstant(version.createdAt),
});

/** A workflow that was made of a template, and how. */
export const instantiationDetails = (made: WorkflowWithDocument): Record<string, Json> => {
  const { workflow, document } = made;
  const metadata = isJsonObject(document.metadata) ? document.metadata : {};
  const template = metadata.template_id ?? null;
  const version = metadata.template_version ?? null;
  return {
    ...workflowDetails(made),
    template_id: template,
    template_version: version,
    instantiation: {
      id: metadata.template_instantiation_id ?? null,
      template_id: template,
      template_version: version,
      workflow_id: workflow.id,
      parameter_values: metadata.parameter_values ?? {},
      created_at: isoInstant(workflow.createdAt),
    },
  };
};

export const categoryWords = ({ id, name, description, parent }: StoredCategory): Record<string, Json> => ({
  ...{ id, category_id: id, name, description, parent_id: parent ?? null },
});
