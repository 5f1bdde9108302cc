import { isoInstant, type JsonObject } from '../kernel/index.js';
import { contentOf, type TemplateWithVersion } from './template-shelf.js';

/**
 * A template as one document, which imports as the same template again: the definition and the parameters stand in it as they
 * were sent. Categories are names, as ids mean nothing elsewhere.
 */
export const exportDocument = (
  { template, version }: TemplateWithVersion,
  categories: readonly string[],
): JsonObject => {
  const { source, parameters, extends: parent } = contentOf(version);
  const [category] = categories;
  return {
    name: template.name,
    description: template.description,
    version: version.version,
    ...(version.changes !== undefined && { changes: version.changes }),
    ...(template.icon !== undefined && { icon: template.icon }),
    ...(category !== undefined && { category }),
    ...(categories.length > 1 && { categories }),
    ...(parent !== undefined && { extends: parent }),
    workflow_definition: source,
    parameters,
    tags: template.tags,
    is_public: template.isPublic,
    metadata: template.metadata,
    created_at: isoInstant(template.createdAt),
    usage_count: template.usageCount,
  };
};
