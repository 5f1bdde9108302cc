/** Templates, pure: parameters, what one extends and includes, and the workflow that comes of it. */
export { assembleTemplate, versionsIn, type AssembledTemplate, type Lookup } from './assemble.js';
export {
  bindParameters,
  MASK,
  shownValues,
  type Binding,
  type BindingRequest,
  type Bound,
  type BoundParameters,
  type SecretToKeep,
} from './binding.js';
export { checkDefinition, checkInclusions } from './check-definition.js';
export { includesAny, referencesOf, type FoundTemplate, type TemplateContent } from './content.js';
export { expandTemplate } from './expand.js';
export { LIMITS } from './limits.js';
export { PARAMETER_NAME, readParameters, type Parameter, type Parameters } from './parameter.js';
export { readDefinition, type ReadDefinition } from './read-definition.js';
export { parseReference, type TemplateReference } from './reference.js';
