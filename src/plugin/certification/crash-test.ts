import type { Json, JsonObject } from '../../kernel/index.js';
import type { Credential, TaskServices } from '../contract/index.js';

/** Stands in for the service that a plugin works with. Give it whatever else the cases need: its `url`, for example. */
export interface FakeService {
  /**
   * What was done to it since `reset`, one entry for each effect, in any order. Leave out what only was looked at, and what differs
   * from run to run, such as times and made-up ids.
   */
  effects(): readonly Json[] | Promise<readonly Json[]>;
  /** Makes it as it was at the beginning. */
  reset(): void | Promise<void>;
  /** Ends it: nothing may be left open. */
  stop(): void | Promise<void>;
}

/** One way to run a task. `S` is the type of the fake service. */
export interface CrashCase<S extends FakeService = FakeService> {
  /** Id of the task. */
  readonly task: string;
  /** The input, or how it follows from the service. Default: `{}`. */
  readonly input?: JsonObject | ((service: S) => JsonObject);
  /** Settings of the plugin, or how they follow from the service. Default: none. */
  readonly config?: JsonObject | ((service: S) => JsonObject);
  /** What fills the slots of its `credentials`. Default: nothing. */
  readonly credentials?: Readonly<Record<string, Credential>>;
  /** Values to be masked in what comes out, by name. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Platform services. Arguments and answers travel as JSON. Default: none. */
  readonly services?: (service: S) => TaskServices;
}

/** What `crash.js` of a plugin exports for `harmonia plugin test --crash`. `S` is the type of the fake service. */
export interface CrashTest<S extends FakeService = FakeService> {
  /** Starts the fake service, on 127.0.0.1. */
  service(): S | Promise<S>;
  /** At least one for each task of the plugin. */
  readonly cases: readonly CrashCase<S>[];
}

/**
 * Says how a plugin is certified; the default export of `crash.js`. It is there for its types.
 *
 * ```ts
 * export default defineCrashTest({
 *   service: startFakeShop,
 *   cases: [{ task: 'order', input: (shop) => ({ url: shop.url, article: 'tea' }) }],
 * });
 * ```
 */
export const defineCrashTest = <S extends FakeService>(test: CrashTest<S>): CrashTest<S> => test;
