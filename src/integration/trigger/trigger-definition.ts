import type { JsonObject } from '../../kernel/index.js';
import type { InboundRule } from '../inbox/index.js';
import type { CompiledValue } from '../ports/index.js';

/** A trigger, ready to run. */
export interface TriggerDefinition extends InboundRule {
  readonly type: string;
  readonly enabled: boolean;
  readonly params: JsonObject;
  /** Names of credentials, by place. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Absent: every occurrence counts. */
  readonly match?: CompiledValue;
}

/** The names that expressions of a trigger may use. */
export const NAMES: ReadonlySet<string> = new Set(['payload']);
