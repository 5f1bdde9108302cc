import type { Deadline } from './deadline.js';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/** Lets those who want the same at the same time share one request. It is called off when nobody waits any more. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Flight<T>>();

  /** `isOwn`: whether this caller's request was the one that was sent. */
  async join(
    key: string,
    deadline: Deadline,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly isOwn: boolean }> {
    const known = this.flights.get(key);
    const flight = known ?? this.start(key, send);
    flight.waiting += 1;
    try {
      return { value: await deadline.race(flight.result), isOwn: known === undefined };
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        this.forget(key, flight);
        flight.abort.abort(new Error('nobody waits for it any more'));
      }
    }
  }

  private start(key: string, send: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = { result: send(abort.signal), abort, waiting: 0 };
    this.flights.set(key, flight);
    const forget = (): void => this.forget(key, flight);
    flight.result.then(forget, forget);
    return flight;
  }

  private forget(key: string, flight: Flight<T>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
  }
}
