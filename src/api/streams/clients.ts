import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError } from '../../kernel/index.js';
import { Peers } from '../limits/peers.js';
import { STREAMS } from '../tokens.js';
import type { StreamLimits } from './stream-limits.js';

/** Counts who listens, so that their number has a bound, and that of each address. */
@Injectable()
export class Clients {
  private present = 0;
  private readonly byPeer = new Map<string, number>();

  constructor(
    @Inject(STREAMS) private readonly limits: StreamLimits,
    private readonly peers: Peers,
  ) {}

  get count(): number {
    return this.present;
  }

  /** Answers how to leave. Throws `limit_reached`. */
  enter(request: IncomingMessage): () => void {
    const { maxClients, maxClientsPerPeer } = this.limits;
    const peer = this.peers.addressOf(request);
    const ofPeer = this.byPeer.get(peer) ?? 0;
    if (this.present >= maxClients)
      throw new HarmoniaError('limit_reached', { subject: 'Clients of streams', limit: maxClients });
    if (ofPeer >= maxClientsPerPeer)
      throw new HarmoniaError('limit_reached', { subject: 'Streams of one address', limit: maxClientsPerPeer });
    this.present += 1;
    this.byPeer.set(peer, ofPeer + 1);
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.leave(peer);
      hasLeft = true;
    };
  }

  private leave(peer: string): void {
    this.present -= 1;
    const left = (this.byPeer.get(peer) ?? 1) - 1;
    if (left === 0) this.byPeer.delete(peer);
    else this.byPeer.set(peer, left);
  }
}
