import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Engine, EngineStatus } from '../../../engine/index.js';
import { isoInstant, type Clock, type Instant } from '../../../kernel/index.js';
import type { HermesDesk, HermesStatus } from '../../../hermes/ports/index.js';
import type { PeerState, Platform, Shutdown } from '../../../tekton/ports/index.js';
import { CLOCK, ENGINE, HERMES_STATE, PLATFORM, SHUTDOWN } from '../../tokens.js';
import type { DependencyAnswer } from './infrastructure-answers.js';

const shown = ({ name, status, message, endpoint, lastCheck }: PeerState): DependencyAnswer => ({
  ...{ name, status, message: message ?? null, endpoint: endpoint ?? null },
  last_check: lastCheck === undefined ? null : isoInstant(lastCheck),
});

const hermesPeer = (hermes: HermesStatus): PeerState => {
  const name = 'hermes';
  if (!hermes.configured)
    return { name, status: 'unknown', message: 'none is configured', endpoint: undefined, lastCheck: undefined };
  const { state, url: endpoint, trouble, lastHeard: lastCheck } = hermes;
  const [well, ill] = state === 'registered' ? (['healthy', 'degraded'] as const) : (['unknown', 'unhealthy'] as const);
  return { name, status: trouble === undefined ? well : ill, message: trouble ?? state, endpoint, lastCheck };
};

/** How the service is. Every answer is made from memory: readers of /health wait a tenth of a second. */
@Injectable()
export class ServiceState implements OnApplicationBootstrap {
  private readonly startedAt: Instant;
  private readyAt: Instant;

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HERMES_STATE) private readonly hermes: HermesDesk,
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(SHUTDOWN) private readonly shutdown: Shutdown,
  ) {
    this.startedAt = clock.now();
    this.readyAt = this.startedAt;
  }

  onApplicationBootstrap(): void {
    this.readyAt = this.clock.now();
  }

  now(): string {
    return isoInstant(this.clock.now());
  }

  /** Seconds. */
  get uptime(): number {
    return (this.clock.now() - this.startedAt) / 1000;
  }

  /** Seconds from the start until work was taken. */
  get initialization(): number {
    return (this.readyAt - this.startedAt) / 1000;
  }

  get isRegistered(): boolean {
    return this.hermes.isRegistered;
  }

  status(): EngineStatus {
    const status = this.engine.status();
    return this.shutdown.isRequested && status.state === 'running' ? { ...status, state: 'stopping' } : status;
  }

  /** Why no work is taken; undefined: it is. */
  trouble(): string | undefined {
    const { state, storage } = this.status();
    return storage ?? (state === 'running' ? undefined : `it is ${state}`);
  }

  dependencies(): DependencyAnswer[] {
    const { storage } = this.engine.status();
    const store: PeerState = {
      ...{ name: 'storage', status: storage === undefined ? 'healthy' : 'unhealthy', message: storage },
      ...{ endpoint: undefined, lastCheck: this.clock.now() },
    };
    return [store, hermesPeer(this.hermes.status()), ...this.platform.peers()].map(shown);
  }

  addresses(): Readonly<Record<string, string>> {
    const hermes = this.hermes.status();
    return { ...this.platform.addresses(), ...(hermes.configured && { hermes: hermes.url }) };
  }
}
