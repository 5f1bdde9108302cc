import type { CatalogueEntry } from '../catalogue-entry.js';

export const TEMPLATE_ERRORS = {
  template_not_found: { status: 404, message: 'No template {id}.', cure: 'List them with GET /api/v1/templates.' },
  template_version_not_found: {
    status: 404,
    message: 'Template {id} has no version {version}.',
    cure: 'List them with GET /api/v1/templates/{id}/versions.',
  },
  template_version_exists: {
    status: 409,
    message: 'Template {id} already has a version {version} with other content.',
    cure: 'Raise `version`, or leave it out; stored versions never change.',
  },
  template_in_use: {
    status: 409,
    message: 'Template {id} is extended or included by {names}.',
    cure: 'Change those first, or add ?force=true.',
  },
  template_read_only: {
    status: 409,
    message: 'Template {id} comes with {source} and cannot be changed.',
    cure: 'Make one of your own with `extends`, or export this one and import it under another name.',
  },
  category_not_found: {
    status: 404,
    message: 'No category {id}.',
    cure: 'List them with GET /api/v1/templates/categories.',
  },
  category_in_use: {
    status: 409,
    message: 'Category {id} has {what}.',
    cure: 'Move or remove them first.',
  },
  unknown_parameter: {
    status: 422,
    message: 'There is no parameter "{name}".',
    cure: 'Known here: {known}. Correct the name, or declare it in `parameters`.',
  },
  missing_parameter: {
    status: 422,
    message: 'The parameter "{name}" has no value and no default.',
    cure: 'Give `{name}` in `parameter_values`.',
  },
  placeholder_not_here: {
    status: 422,
    message: 'A parameter cannot stand here: {reason}.',
    cure: 'Parameters give values: write them into inputs, settings and texts; docs/guides/templates.md shows where.',
  },
  template_cycle: {
    status: 422,
    message: 'Templates refer to each other in a circle: {path}.',
    cure: 'Remove one of these references.',
  },
  template_too_large: {
    status: 422,
    message: 'The template has more than {limit} {what}.',
    cure: 'Make it smaller, or split it into several workflows.',
  },
  template_reference: {
    status: 422,
    message: 'The template "{reference}" cannot be used: {reason}.',
    cure: 'Write the id or the name of a template, with a range of versions if need be: "lint@^1.2".',
  },
} as const satisfies Record<string, CatalogueEntry>;
