import { Module } from '@nestjs/common';
import { HarmoniaModule } from '@tekton/harmonia';
import { Orders } from './orders.js';
import { pricing } from './pricing.plugin.js';

@Module({
  imports: [HarmoniaModule.forRoot({ dataDir: 'data', plugins: [pricing] })],
  providers: [Orders],
})
export class AppModule {}
