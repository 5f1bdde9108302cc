import { HarmoniaError, type Instant, type Json, type TraceContext } from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Timers } from '../../engine/ports/index.js';
import { isTaskFailure, type HttpClient } from '../../plugin/contract/index.js';
import type { EventLog, Recorded, StoredDispatch } from '../ports/index.js';
import { composeLetter } from './letter.js';
import { sendLetter, type Mask, type Sent } from './send-letter.js';
import { delayAfter, type Subscription } from './subscription.js';

export interface AttemptParts {
  readonly http: HttpClient;
  readonly credentials: CredentialKeeper;
  readonly log: Pick<EventLog, 'execution' | 'trace'>;
  readonly timers: Timers;
  readonly mask: Mask;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Aborts what `http` has under way. */
  readonly stopped: AbortSignal;
}

/**
 * What came of an attempt. `held`: it was not made, try at that time. `stopped`: nobody knows whether it arrived, it is made
 * again.
 */
export type Attempt =
  | { readonly is: 'made'; readonly recorded: Recorded }
  | { readonly is: 'held'; readonly until: Instant }
  | { readonly is: 'stopped' };

const HELD = 5000;
/** The receiver wants nothing more. */
export const GONE = 410;

/** The body of a dispatch, as its template makes it today. */
const contentOf = async (
  { template, usesExecution }: Subscription,
  { content }: StoredDispatch,
  log: Pick<EventLog, 'execution'>,
): Promise<Json> => {
  if (content.is === 'payload') return content.payload;
  const { event } = content;
  if (!template) return event;
  const { execution_id: id } = event;
  const execution = usesExecution && typeof id === 'string' ? ((await log.execution(id)) ?? null) : null;
  return template.evaluate({ event, ...(usesExecution && { execution }) });
};

/** Of the execution that it tells of. */
const traceOf = async (
  { content }: StoredDispatch,
  log: Pick<EventLog, 'trace'>,
): Promise<TraceContext | undefined> => {
  const execution = content.is === 'event' ? content.event.execution_id : undefined;
  return typeof execution === 'string' ? log.trace(execution) : undefined;
};

/** What is wrong with a dispatch before it is sent. Only what a repetition cannot mend is final. */
const unsendable = (error: unknown, onTrouble: AttemptParts['onTrouble']): Sent => {
  const isKnown = error instanceof HarmoniaError || isTaskFailure(error);
  if (!isKnown) onTrouble('a webhook cannot be sent', error);
  const { code, message } = isKnown
    ? error
    : { code: 'internal_error', message: 'Something went wrong inside Harmonia.' };
  return { statusCode: null, response: null, failure: { code, message } };
};

/** Makes an attempt. Never rejects. */
export const attempt = async (
  subscription: Subscription,
  dispatch: StoredDispatch,
  { http, credentials, log, timers, mask, onTrouble, stopped }: AttemptParts,
): Promise<Attempt> => {
  const at = timers.now();
  let sent: Sent;
  try {
    const content = await contentOf(subscription, dispatch, log);
    const trace = await traceOf(dispatch, log);
    const letter = composeLetter(subscription, { id: dispatch.id, content, at, trace }, credentials);
    sent = await sendLetter(http, letter, { timeout: subscription.timeout, timers, mask });
  } catch (error) {
    sent = unsendable(error, onTrouble);
  }
  if (stopped.aborted && sent.statusCode === null) return { is: 'stopped' };
  const now = timers.now();
  const { statusCode, response, failure, retryAfter, isHeld } = sent;
  if (isHeld) return { is: 'held', until: now + (retryAfter ?? HELD) };
  const { retries } = subscription;
  const attempts = dispatch.attempts + 1;
  const isFinal = attempts >= retries.maxAttempts || statusCode === GONE || failure?.code === 'expression_error';
  const status = failure === null ? 'delivered' : isFinal ? 'dead' : 'pending';
  const again = status === 'pending' ? now + delayAfter(attempts, retries, retryAfter) : null;
  const outcome = { at: now, duration: now - at, statusCode, response, failure };
  return { is: 'made', recorded: { id: dispatch.id, status, outcome, again } };
};
