import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { createHarmonia } from '../harmonia.js';
import type { HarmoniaOptions } from './harmonia-options.js';
import { partsOf } from './harmonia-parts.js';

export const HARMONIA_OPTIONS = Symbol('HarmoniaOptions');
/** The `Harmonia` that the modules hand out piece by piece. */
export const HARMONIA = Symbol('Harmonia');

/** What has a life of its own: so that the types of an embedding application need not know the adapters. */
interface Lifetime {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** One Harmonia: opens with the application, closes with it. */
@Module({
  providers: [
    {
      provide: HARMONIA,
      inject: [HARMONIA_OPTIONS],
      useFactory: (options: HarmoniaOptions) => createHarmonia(partsOf(options)),
    },
  ],
  exports: [HARMONIA],
})
export class HarmoniaCoreModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(HARMONIA) private readonly harmonia: Lifetime) {}

  /** What was open when the last process ended goes on. After every `onModuleInit`, so that plugins are there by then. */
  async onApplicationBootstrap(): Promise<void> {
    await this.harmonia.open();
  }

  /** While a service still answers, so that /health tells what it waits for. A signal and `close()` may both come. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.harmonia.close();
  }
}
