import { HarmoniaError, type JsonObject } from '../../kernel/index.js';
import type { CompiledValue, DeliveryFailure, InboxTarget } from '../ports/index.js';
import { failureOf } from './attempt.js';

/** What is done with something that comes in. */
export type InboundAction =
  | {
      readonly is: 'start';
      readonly workflow: string;
      readonly version?: string;
      /** What the execution may use. */
      readonly budget?: JsonObject;
    }
  | {
      readonly is: 'event';
      readonly event: CompiledValue;
      readonly workflow?: string;
      /** Only this execution gets it. */
      readonly execution?: CompiledValue;
    };

export interface InboundRule {
  readonly action: InboundAction;
  /** Absent: the payload as it is. */
  readonly mapping?: CompiledValue;
}

const LONGEST = 255;

const textFrom = (value: CompiledValue, words: JsonObject, what: string): string => {
  const text = value.evaluate(words);
  if (typeof text === 'string' && text !== '' && text.length <= LONGEST) return text;
  throw new HarmoniaError('expression_error', { reason: `${what} must be a text of 1 to ${LONGEST} characters` });
};

const targetOf = ({ action, mapping }: InboundRule, words: JsonObject): InboxTarget => {
  const content = mapping && { content: mapping.evaluate(words) };
  if (action.is === 'start') {
    const { workflow, version, budget } = action;
    return { is: 'start', workflow, ...(version !== undefined && { version }), ...(budget && { budget }), ...content };
  }
  const event = textFrom(action.event, words, '`event`');
  if (action.execution)
    return { is: 'signal', event, execution: textFrom(action.execution, words, '`execution`'), ...content };
  return { is: 'publish', event, ...(action.workflow !== undefined && { workflow: action.workflow }), ...content };
};

/** Where something goes, or why nowhere. `words`: what its expressions see. */
export const targetOrFailure = (rule: InboundRule, words: JsonObject): InboxTarget | DeliveryFailure => {
  try {
    return targetOf(rule, words);
  } catch (error) {
    return failureOf(error);
  }
};
