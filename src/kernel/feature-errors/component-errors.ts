import type { CatalogueEntry } from '../catalogue-entry.js';

export const COMPONENT_ERRORS = {
  execution_not_completed: {
    status: 409,
    message: 'The execution {id} did not complete: {reason}.',
    cure: 'GET /api/v1/executions/{id} shows what happened.',
  },
  component_exists: {
    status: 409,
    message: 'The component {name} is registered already.',
    cure: 'Change it with PUT /api/v1/components/{name}, or delete it first.',
  },
  component_not_registered: {
    status: 409,
    message: 'The component {name} was not registered here: it comes with Harmonia or from its configuration.',
    cure: 'Register one in its place with POST /api/v1/components and `replace: true`.',
  },
  too_many_components: {
    status: 409,
    message: '{limit} components are registered; there is no room for more.',
    cure: 'Delete one that nobody needs with DELETE /api/v1/components/{name}.',
  },
  component_name_taken: {
    status: 422,
    message: 'Harmonia knows a component "{name}" already.',
    cure: 'Choose another name, or send `replace: true`: then its registration alone says what it can do.',
  },
  component_duplicate: {
    status: 422,
    message: '"{name}" is there twice.',
    cure: 'Give each a name of its own.',
  },
  component_place: {
    status: 422,
    message: 'The path and the parameters do not fit together: {reason}.',
    cure: 'Name each place of the path, such as {id}, among the parameters, once and as required; and write each parameter with `in: path` into the path.',
  },
  result_path_unsupported: {
    status: 422,
    message: 'This result path is not understood: {reason}.',
    cure: 'Write names and indexes, $.items[0].name or $["a name"], or a JSON pointer, /items/0/name. Wildcards, filters, slices and `..` are not there.',
  },
  component_environment: {
    status: 422,
    message: 'Secrets of components are not read from the environment of the service.',
    cure: 'Keep it with PUT /api/v1/credentials/<name>, and write `credential: <name>` here instead.',
  },
} as const satisfies Record<string, CatalogueEntry>;
