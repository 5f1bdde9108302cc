import { Module, type DynamicModule } from '@nestjs/common';
import { ApiModule, READER, type ApiSettings, type EventFeed } from './api/index.js';
import type { Config } from './config/index.js';
import { systemTimers } from './engine/embedded/index.js';
import type { Harmonia } from './harmonia.js';
import { HARMONIA, HarmoniaModule } from './nest/index.js';

/** What the API reads of Harmonia beside what any application may use. */
@Module({
  providers: [{ provide: READER, inject: [HARMONIA], useFactory: ({ storage }: Harmonia) => storage.reader }],
  exports: [READER],
})
class ReadingModule {}

export interface ServiceParts {
  readonly config: Config;
  readonly feed: EventFeed;
  readonly settings: ApiSettings;
}

/** The service: Harmonia and its API. */
@Module({})
export class ServiceModule {
  static register({ config, feed, settings }: ServiceParts): DynamicModule {
    return {
      module: ServiceModule,
      imports: [
        HarmoniaModule.forRoot({ config, notifier: feed }),
        ApiModule.register({ imports: [{ module: ReadingModule }], feed, clock: systemTimers, settings }),
      ],
    };
  }
}
