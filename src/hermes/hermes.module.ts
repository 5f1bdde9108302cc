import type { AddressInfo } from 'node:net';
import {
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Hermes } from './hermes.js';

const HERMES = Symbol('Hermes');

/**
 * Registers when the application listens: Nest has no hook for that, its adapter tells. Unregisters before anything else
 * is stopped, and holds up nobody with it: what Hermes takes its time for goes on beside the rest of the stop, and only
 * the very end waits for it, two seconds from the beginning at most.
 */
@Injectable()
export class HermesLifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private farewell: Promise<void> | undefined;

  constructor(
    @Inject(HERMES) private readonly hermes: Hermes,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    this.host.listen$.subscribe(() => {
      const address = (this.host.httpAdapter.getHttpServer() as { address(): AddressInfo | string | null }).address();
      if (address !== null && typeof address === 'object') this.hermes.begin(address.port);
    });
  }

  onModuleDestroy(): void {
    this.farewell = this.hermes.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.farewell;
  }
}

/** Hermes as part of a Nest application. */
@Module({})
export class HermesModule {
  /** `as`: the token under which others find its `HermesDesk`. */
  static register({ as, ...factory }: { as: symbol } & Omit<FactoryProvider<Hermes>, 'provide'>): DynamicModule {
    return {
      module: HermesModule,
      providers: [{ provide: HERMES, ...factory }, { provide: as, useExisting: HERMES }, HermesLifecycle],
      exports: [as],
    };
  }
}
