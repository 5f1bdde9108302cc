import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ApiModule, READER, type ApiSettings, type EventFeed } from './api/index.js';
import { systemTimers } from './engine/embedded/index.js';
import { Engine } from './engine/index.js';
import { createHarmonia, type Harmonia, type HarmoniaParts } from './harmonia.js';
import { PluginRegistry } from './plugin/host/index.js';
import { WorkflowCatalog } from './workflow/index.js';

const HARMONIA = Symbol('Harmonia');

/** Harmonia inside a Nest application: opens with it, closes with it. */
@Module({})
export class HarmoniaModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(HARMONIA) private readonly harmonia: Harmonia) {}

  /** Exports `Engine`, `WorkflowCatalog` and `PluginRegistry`. */
  static forParts(parts: HarmoniaParts): DynamicModule {
    return {
      module: HarmoniaModule,
      providers: [
        { provide: HARMONIA, useFactory: () => createHarmonia(parts) },
        { provide: Engine, useFactory: ({ engine }: Harmonia) => engine, inject: [HARMONIA] },
        { provide: WorkflowCatalog, useFactory: ({ catalog }: Harmonia) => catalog, inject: [HARMONIA] },
        { provide: PluginRegistry, useFactory: ({ registry }: Harmonia) => registry, inject: [HARMONIA] },
        { provide: READER, useFactory: ({ storage }: Harmonia) => storage.reader, inject: [HARMONIA] },
      ],
      exports: [Engine, WorkflowCatalog, PluginRegistry, READER],
    };
  }

  /** What was open when the last process ended goes on. */
  async onApplicationBootstrap(): Promise<void> {
    await this.harmonia.open();
  }

  /** While the service still answers, so that /health tells what it waits for. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.harmonia.close();
  }
}

export interface ServiceParts extends Omit<HarmoniaParts, 'notifier'> {
  readonly feed: EventFeed;
  readonly settings: ApiSettings;
}

/** The service: Harmonia and its API. */
@Module({})
export class ServiceModule {
  static register({ feed, settings, ...parts }: ServiceParts): DynamicModule {
    const harmonia = HarmoniaModule.forParts({ ...parts, notifier: feed });
    return {
      module: ServiceModule,
      imports: [harmonia, ApiModule.register({ imports: [harmonia], feed, clock: systemTimers, settings })],
    };
  }
}
