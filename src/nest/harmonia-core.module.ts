import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { createHarmonia, type Harmonia } from '../harmonia.js';
import { partsOf, type HarmoniaOptions } from './harmonia-options.js';

export const HARMONIA_OPTIONS = Symbol('HarmoniaOptions');
/** The `Harmonia` that the modules hand out piece by piece. */
export const HARMONIA = Symbol('Harmonia');

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
  private closed: Promise<void> | undefined;

  constructor(@Inject(HARMONIA) private readonly harmonia: Harmonia) {}

  /** What was open when the last process ended goes on. After every `onModuleInit`, so that plugins are there by then. */
  async onApplicationBootstrap(): Promise<void> {
    await this.harmonia.open();
  }

  /** While a service still answers, so that /health tells what it waits for. A signal and `close()` may both come. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closed ??= this.harmonia.close();
    await this.closed;
  }
}
