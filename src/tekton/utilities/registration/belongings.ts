/** What a component has at Hermes beside its registration, its tools for example. It comes and goes with it. */
export interface Belongings {
  /** Hermes has forgotten all of it. */
  forget(): void;
  /** Puts there what is not; asked with each heartbeat that is heard. `endpoint`: our own address. Does not wait. */
  publish(endpoint: string): void;
  /** Takes all of it away, as far as `signal` has patience. Never rejects. */
  withdraw(signal: AbortSignal): Promise<void>;
  /** Fulfils when nothing is being put there. */
  settled(): Promise<void>;
}

export const NO_BELONGINGS: Belongings = {
  forget: () => undefined,
  publish: () => undefined,
  withdraw: () => Promise.resolve(),
  settled: () => Promise.resolve(),
};
