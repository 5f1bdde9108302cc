/** Harmonia as Nest modules. */
export { CredentialModule } from './credential.module.js';
export { EngineModule } from './engine.module.js';
export { HARMONIA } from './harmonia-core.module.js';
export type { HarmoniaOptions } from './harmonia-options.js';
export { HarmoniaModule } from './harmonia.module.js';
export { IntegrationModule } from './integration.module.js';
export { PluginModule } from './plugin.module.js';
export { RetryPolicies } from './retry-policies.js';
export { RetryPolicyModule } from './retry-policy.module.js';
export { TektonComponents } from './tekton-components.js';
export { WorkflowModule } from './workflow.module.js';
