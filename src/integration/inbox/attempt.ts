import {
  HarmoniaError,
  isJsonObject,
  traceContextOf,
  type Instant,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { WorkflowService } from '../../plugin/contract/index.js';
import { inContext, type RequestContext } from '../../tekton/utilities/context/index.js';
import type { Attempted, DeliveryFailure, StoredDelivery } from '../ports/index.js';

/** ms before the second attempt; it doubles from there. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** Attempts that may end in something nobody expected. What is known to pass is tried for as long as it takes. */
const MOST_SURPRISES = 8;
const DOUBLINGS = 6;

const pauseAfter = (attempts: number): number =>
  Math.min(FIRST_PAUSE * 2 ** Math.min(attempts, DOUBLINGS), LONGEST_PAUSE);

/** Full, stopping or without a disk: another time it works. */
const isPassing = (error: unknown): boolean =>
  error instanceof HarmoniaError && (error.status === 503 || error.status === 429);

/** What may be told of an error. Faults of an input are what the one who wrote the mapping needs to know. */
export const failureOf = (error: unknown): DeliveryFailure => {
  if (!(error instanceof HarmoniaError))
    return { code: 'internal_error', message: 'Something went wrong inside Harmonia.' };
  const [first] = error.faults;
  const more = first ? ` ${first.pointer}: ${first.message}` : '';
  return { code: error.code, message: `${error.message}${more}` };
};

/** Where deliveries go. */
export interface DeliverTo extends Pick<WorkflowService, 'start' | 'publish' | 'signal'> {
  /** The execution that was started with a key. */
  startedBy(key: string): Promise<Uuid | undefined>;
}

/** Triggers that led to a delivery: what it starts inherits them. */
const inherited = ({ triggers }: JsonObject): JsonObject => (Array.isArray(triggers) ? { triggers } : {});

/** On behalf of who sent it, in his trace: what woke the dispatcher has nothing to do with it. */
const contextOf = ({ id, circumstances }: StoredDelivery): RequestContext => {
  const { headers } = circumstances;
  return { requestId: id, trace: isJsonObject(headers) ? traceContextOf(headers as TextHeaders) : undefined };
};

type TextHeaders = Readonly<Record<string, string>>;

const carryOut = async (to: DeliverTo, delivery: StoredDelivery): Promise<readonly string[]> => {
  const { id, target, payload, source, messageId, redeliveryOf, circumstances } = delivery;
  if (!target) throw new HarmoniaError('conflict', { reason: 'Nothing can be made of it' });
  const content: Json = target.content === undefined ? payload : target.content;
  switch (target.is) {
    case 'start': {
      const { workflow, version, budget } = target;
      const metadata = {
        ...{ source, delivery_id: id },
        ...(messageId !== null && { message_id: messageId }),
        ...(redeliveryOf !== null && { redelivery_of: redeliveryOf }),
        ...inherited(circumstances),
      };
      const key = `inbox:${id}`;
      // By a process that died before it could write it down: what has become of the workflow since does not matter.
      const before = await to.startedBy(key);
      if (before !== undefined) return [before];
      const how = { ...(version !== undefined && { version }), ...(budget && { budget }) };
      return [(await to.start({ workflow, input: content, metadata, key, ...how })).execution];
    }
    case 'publish':
      return to.publish({ id, name: target.event, payload: content }, target.workflow);
    case 'signal':
      await to.signal(target.execution, { id, name: target.event, payload: content });
      return [target.execution];
  }
};

/** Delivers once more, or for the first time. The id of the delivery makes it safe to repeat. Never rejects. */
export const attempt = async (
  to: DeliverTo,
  delivery: StoredDelivery,
  now: () => Instant,
): Promise<Attempted & { readonly surprise?: unknown }> => {
  const { id, attempts } = delivery;
  try {
    const executions = await inContext(contextOf(delivery), () => carryOut(to, delivery));
    return { id, status: 'delivered', executions, failure: null, at: now(), again: null };
  } catch (error) {
    const isSurprise = !(error instanceof HarmoniaError);
    const goesOn = isPassing(error) || (isSurprise && attempts + 1 < MOST_SURPRISES);
    const at = now();
    const again = goesOn ? at + pauseAfter(attempts) : null;
    const status = goesOn ? 'pending' : 'failed';
    const answer = { id, status, executions: [], failure: failureOf(error), at, again } as const;
    return isSurprise ? { ...answer, surprise: error } : answer;
  }
};
