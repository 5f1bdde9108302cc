import { HarmoniaError } from '../../kernel/index.js';
import type { Shutdown, StopCaller } from '../ports/index.js';
import { stopRefusal } from './stop-permission.js';

/** Why the service stops. `asked`: over the network, and the platform waits three seconds; `signal`: ten. */
export interface StopRequest {
  readonly is: 'asked' | 'signal';
  readonly by: string;
}

/** Where requests to stop come together, from the network and from the system. The first one counts. */
export class ShutdownDesk implements Shutdown {
  /** Fulfils with the first request. */
  readonly requested: Promise<StopRequest>;
  private stop: (request: StopRequest) => void = () => undefined;
  private first: StopRequest | undefined;

  /** `token`: who has it may ask from anywhere; undefined: nobody may. */
  constructor(private readonly token: string | undefined) {
    this.requested = new Promise((resolve) => (this.stop = resolve));
  }

  get isRequested(): boolean {
    return this.first !== undefined;
  }

  ask(caller: StopCaller): void {
    const reason = stopRefusal(caller, this.token);
    if (reason !== undefined) throw new HarmoniaError('shutdown_refused', { reason });
    this.take({ is: 'asked', by: `${caller.way} from ${caller.address ?? 'nowhere'}` });
  }

  signal(name: NodeJS.Signals): void {
    this.take({ is: 'signal', by: name });
  }

  private take(request: StopRequest): void {
    this.first ??= request;
    this.stop(request);
  }
}
