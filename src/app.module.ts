import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import {
  ACCESS,
  ApiModule,
  ASSISTANTS,
  GENERATION,
  HANDOFFS,
  MESSAGES,
  OWN_ACTIONS,
  SPRINTS,
  COMPONENT_NOTES,
  COMPONENTS,
  CREDENTIALS,
  HERMES_STATE,
  HERMES_TOOLS,
  HOOKS,
  INBOUND,
  METRICS,
  REQUEST_METER,
  LLM,
  LLM_USAGE,
  OUTBOUND,
  DESTINATIONS,
  OTHER_WEBHOOKS,
  PLATFORM,
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
import { createAccess } from './composition/access.js';
import type { Config } from './config/index.js';
import { systemTimers } from './engine/embedded/index.js';
import type { Harmonia } from './harmonia.js';
import { HermesModule } from './hermes/index.js';
import { HARMONIA, HarmoniaModule } from './nest/index.js';
import type { Log } from './tekton/utilities/logging/index.js';
import type { Shutdown } from './tekton/ports/index.js';

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
  [PLATFORM, ({ platform }) => platform],
  [PLUGINS, ({ host }) => host],
  [CREDENTIALS, ({ credentials }) => credentials],
  [SUGGESTIONS, ({ suggestions }) => suggestions],
  [SCHEDULES, ({ schedules }) => schedules],
  [INBOUND, ({ inbound }) => inbound.webhooks],
  [OUTBOUND, ({ subscriptions }) => subscriptions],
  [OTHER_WEBHOOKS, ({ otherWebhooks }) => otherWebhooks],
  [HOOKS, ({ inbound }) => inbound.hooks],
  [METRICS, ({ metrics }) => metrics],
  [REQUEST_METER, ({ metrics }) => metrics.http],
  [TEMPLATES, ({ templates }) => templates],
  [TRIGGERS, ({ triggers }) => triggers],
  [OWN_ACTIONS, ({ ownActions }) => ownActions],
  [MESSAGES, ({ messages }) => messages],
  [HANDOFFS, ({ handoffs }) => handoffs],
  [SPRINTS, ({ sprints }) => sprints],
];

const providers = FOR_THE_API.map(([provide, useFactory]): FactoryProvider => ({
  provide,
  inject: [HARMONIA],
  useFactory,
}));

@Module({ providers, exports: providers.map(({ provide }) => provide) })
class SurfaceModule {}

/** Who may call is the service's own question: what embeds Harmonia answers it itself. */
class AccessModule {}

const accessModule = (config: Config): DynamicModule => {
  const logger = new Logger('Access');
  const onTrouble = (what: string, error: unknown): void => logger.warn(`${what}: ${(error as Error).message}`);
  const access: FactoryProvider = {
    provide: ACCESS,
    inject: [HARMONIA],
    useFactory: ({ storage }: Harmonia) => createAccess({ config, storage, onTrouble }),
  };
  return { module: AccessModule, providers: [access], exports: [ACCESS] };
};

export interface ServiceParts {
  readonly config: Config;
  readonly feed: EventFeed;
  readonly shutdown: Shutdown;
  readonly settings: ApiSettings;
  readonly log: Log;
}

/** Registers with Hermes while the service listens. */
const hermesModule = (config: Config, version: string, log: Log): DynamicModule => {
  const said = log.of('hermes');
  return HermesModule.register({
    as: HERMES_STATE,
    inject: [HARMONIA],
    useFactory: ({ engine, peers }: Harmonia) =>
      createHermes({
        ...{ config, version, engine, peers, tools: () => HERMES_TOOLS },
        log: (level, line) => said[level](line),
      }),
  });
};

/** The service: Harmonia and its API. */
@Module({})
export class ServiceModule {
  static register({ config, feed, shutdown, settings, log }: ServiceParts): DynamicModule {
    return {
      module: ServiceModule,
      imports: [
        HarmoniaModule.forRoot({ config, notifier: feed, log }),
        ApiModule.register({
          imports: [{ module: SurfaceModule }, accessModule(config), hermesModule(config, settings.version, log)],
          clock: systemTimers,
          ...{ feed, shutdown, settings },
        }),
      ],
    };
  }
}
