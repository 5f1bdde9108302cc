import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import {
  ApiModule,
  ASSISTANTS,
  GENERATION,
  COMPONENT_NOTES,
  COMPONENTS,
  CREDENTIALS,
  HERMES_STATE,
  HOOKS,
  INBOUND,
  LLM,
  LLM_USAGE,
  OUTBOUND,
  DESTINATIONS,
  OTHER_WEBHOOKS,
  PLUGINS,
  READER,
  SCHEDULES,
  SUGGESTIONS,
  TEMPLATES,
  TRIGGERS,
  type ApiSettings,
  type EventFeed,
} from './api/index.js';
import { createHermes } from './composition/hermes.js';
import { DEFAULT_TOOLS } from './composition/hermes-tools.js';
import type { Config } from './config/index.js';
import { systemTimers } from './engine/embedded/index.js';
import type { Harmonia } from './harmonia.js';
import { HermesModule } from './hermes/index.js';
import { HARMONIA, HarmoniaModule } from './nest/index.js';

/** What the API needs of Harmonia beside what any application may use. */
const FOR_THE_API: readonly (readonly [symbol, (harmonia: Harmonia) => unknown])[] = [
  [READER, ({ storage }) => storage.reader],
  [COMPONENTS, ({ componentDesk }) => componentDesk],
  [COMPONENT_NOTES, ({ componentBoard }) => componentBoard],
  [DESTINATIONS, ({ destinations }) => destinations],
  [LLM, ({ llm }) => llm],
  [LLM_USAGE, ({ llmUsage }) => llmUsage],
  [ASSISTANTS, ({ assistants }) => assistants],
  [GENERATION, ({ generation }) => generation],
  [PLUGINS, ({ host }) => host],
  [CREDENTIALS, ({ credentials }) => credentials],
  [SUGGESTIONS, ({ suggestions }) => suggestions],
  [SCHEDULES, ({ schedules }) => schedules],
  [INBOUND, ({ inbound }) => inbound.webhooks],
  [OUTBOUND, ({ subscriptions }) => subscriptions],
  [OTHER_WEBHOOKS, ({ otherWebhooks }) => otherWebhooks],
  [HOOKS, ({ inbound }) => inbound.hooks],
  [TEMPLATES, ({ templates }) => templates],
  [TRIGGERS, ({ triggers }) => triggers],
];

const providers = FOR_THE_API.map(([provide, useFactory]): FactoryProvider => ({
  provide,
  inject: [HARMONIA],
  useFactory,
}));

@Module({ providers, exports: providers.map(({ provide }) => provide) })
class SurfaceModule {}

export interface ServiceParts {
  readonly config: Config;
  readonly feed: EventFeed;
  readonly settings: ApiSettings;
}

/** Registers with Hermes while the service listens. */
const hermesModule = (config: Config, version: string): DynamicModule => {
  const logger = new Logger('Hermes');
  return HermesModule.register({
    as: HERMES_STATE,
    inject: [HARMONIA],
    useFactory: ({ engine, peers }: Harmonia) =>
      createHermes({
        ...{ config, version, engine, peers, tools: () => DEFAULT_TOOLS },
        log: (level, line) => (level === 'warn' ? logger.warn(line) : logger.log(line)),
      }),
  });
};

/** The service: Harmonia and its API. */
@Module({})
export class ServiceModule {
  static register({ config, feed, settings }: ServiceParts): DynamicModule {
    return {
      module: ServiceModule,
      imports: [
        HarmoniaModule.forRoot({ config, notifier: feed }),
        ApiModule.register({
          imports: [{ module: SurfaceModule }, hermesModule(config, settings.version)],
          ...{ feed, clock: systemTimers, settings },
        }),
      ],
    };
  }
}
