import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Access } from '../../access/ports/index.js';
import { ACCESS } from '../tokens.js';

/** Access works as long as the service does. */
@Injectable()
export class AccessLife implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  onModuleInit(): void {
    this.access.start();
  }

  onModuleDestroy(): void {
    this.access.stop();
  }
}
