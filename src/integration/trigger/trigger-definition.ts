import { HarmoniaError, type Json, type JsonObject } from '../../kernel/index.js';
import { failureOf } from '../inbox/index.js';
import type { CompiledValue, DeliveryFailure, InboxTarget } from '../ports/index.js';

/** What becomes of an occurrence. */
export type TriggerAction =
  | { readonly is: 'start'; readonly workflow: string; readonly version?: string }
  | { readonly is: 'event'; readonly event: CompiledValue; readonly workflow?: string };

/** A trigger, ready to run. */
export interface TriggerDefinition {
  readonly type: string;
  readonly enabled: boolean;
  readonly params: JsonObject;
  /** Names of credentials, by place. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly action: TriggerAction;
  /** Absent: the payload as it is. */
  readonly mapping?: CompiledValue;
  /** Absent: every occurrence counts. */
  readonly match?: CompiledValue;
}

/** The names that expressions of a trigger may use. */
export const NAMES: ReadonlySet<string> = new Set(['payload']);

const LONGEST_EVENT = 255;

const targetOf = ({ action, mapping }: TriggerDefinition, payload: Json): InboxTarget => {
  const content = mapping && { content: mapping.evaluate({ payload }) };
  if (action.is === 'start') {
    const { workflow, version } = action;
    return { is: 'start', workflow, ...(version !== undefined && { version }), ...content };
  }
  const event = action.event.evaluate({ payload });
  if (typeof event !== 'string' || event === '' || event.length > LONGEST_EVENT)
    throw new HarmoniaError('expression_error', {
      reason: `\`event\` must be a text of 1 to ${LONGEST_EVENT} characters`,
    });
  return { is: 'publish', event, ...(action.workflow !== undefined && { workflow: action.workflow }), ...content };
};

/** Where an occurrence goes, or why nowhere. */
export const targetOrFailure = (definition: TriggerDefinition, payload: Json): InboxTarget | DeliveryFailure => {
  try {
    return targetOf(definition, payload);
  } catch (error) {
    return failureOf(error);
  }
};
