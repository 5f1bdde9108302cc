/** Components that somebody registered: read, kept, asked. */
export { paramFaults, paramsSchema } from './action-params.js';
export { keyOf, type ComponentAction, type ComponentDefinition } from './component-definition.js';
export { ACTION_NAME } from './parse-action.js';
export { COMPONENT_NAME, NAME_EXPECTED } from './parse-component.js';
export { RegisteredComponents, type ReadyComponent, type RegisteredComponentsParts } from './registered-components.js';
