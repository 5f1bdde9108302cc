/**
 * A promise whose keeper may fulfil it more than once: what a queue that delivers at least once does to a result. Who
 * awaits it like any promise hears the first time only.
 */
export class Delivery<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  private readonly listeners: ((value: T) => unknown)[] = [];

  constructor() {
    super(() => undefined);
  }

  override then<A = T, B = never>(hear?: ((value: T) => A | PromiseLike<A>) | null): Promise<A | B> {
    if (hear) this.listeners.push(hear);
    return new Promise<A>(() => undefined);
  }

  deliver(value: T): void {
    for (const hear of this.listeners) hear(value);
  }
}
