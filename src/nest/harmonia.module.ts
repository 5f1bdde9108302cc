import { ConfigurableModuleBuilder, Module, type DynamicModule } from '@nestjs/common';
import { CredentialModule } from './credential.module.js';
import { EngineModule } from './engine.module.js';
import { HARMONIA_OPTIONS, HarmoniaCoreModule } from './harmonia-core.module.js';
import type { HarmoniaOptions } from './harmonia-options.js';
import { IntegrationModule } from './integration.module.js';
import { PluginModule } from './plugin.module.js';
import { RetryPolicyModule } from './retry-policy.module.js';
import { WorkflowModule } from './workflow.module.js';

const MODULES = [EngineModule, WorkflowModule, CredentialModule, PluginModule, IntegrationModule, RetryPolicyModule];

/**
 * Each module looks for the core among its own imports first, then among the global ones: so a second Harmonia stands
 * beside a global one, and `imports: [EngineModule]` alone means the global one.
 */
const compose = ({ imports, providers, ...rest }: DynamicModule, isGlobal: boolean): DynamicModule => {
  const core: DynamicModule = { module: HarmoniaCoreModule, global: isGlobal, imports, providers };
  const modules = MODULES.map((module) => ({ module, imports: [core] }));
  return { ...rest, global: isGlobal, imports: modules, exports: modules };
};

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<HarmoniaOptions>({
  optionsInjectionToken: HARMONIA_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => compose(definition, isGlobal))
  .build();

/**
 * Harmonia inside a Nest application: `imports: [HarmoniaModule.forRoot({ dataDir, plugins })]`, then inject `Engine`,
 * `WorkflowCatalog`, `Credentials`, `PluginRegistry`, `RetryPolicies` and `TektonComponents`. `forRootAsync` takes the options from
 * a factory. With `isGlobal: false` only modules that import it see it, and there may be several, each with its own `dataDir`.
 */
@Module({})
export class HarmoniaModule extends ConfigurableModuleClass {}
