import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError } from '../../kernel/index.js';
import { STREAMS } from '../tokens.js';
import type { StreamLimits } from './stream-limits.js';

/** Counts who listens, so that their number has a bound. */
@Injectable()
export class Clients {
  private present = 0;

  constructor(@Inject(STREAMS) private readonly limits: StreamLimits) {}

  get count(): number {
    return this.present;
  }

  /** Answers how to leave. Throws `limit_reached`. */
  enter(): () => void {
    const { maxClients } = this.limits;
    if (this.present >= maxClients)
      throw new HarmoniaError('limit_reached', { subject: 'Clients of streams', limit: maxClients });
    this.present += 1;
    let left = false;
    return () => {
      if (!left) this.present -= 1;
      left = true;
    };
  }
}
