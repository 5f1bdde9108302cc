import type { Instant, JsonObject } from '../../../kernel/index.js';
import type { LogLevel } from './log-level.js';

/** One thing that is said to the log. Secrets are masked in it already. */
export interface LogRecord {
  readonly at: Instant;
  readonly level: Exclude<LogLevel, 'OFF'>;
  readonly component: string;
  /** The part of the component that speaks. */
  readonly module: string;
  readonly message: string;
  /** `request_id`, `user_id`, `context_id`, `execution_id`, `task`: on whose behalf. */
  readonly ids: Readonly<Record<string, string>>;
  readonly details: JsonObject;
  readonly stack: string | undefined;
  /** `file:line`, where the format asks for it. */
  readonly place: string | undefined;
}
