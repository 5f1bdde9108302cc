import { err, isJsonObject, ok, ownValue, parseUuid, type Json, type Result, type Uuid } from '../../kernel/index.js';

/** What a client may say. */
export type ClientFrame =
  | { readonly type: 'ping'; readonly requestId: string | undefined }
  | {
      readonly type: 'subscribe';
      readonly execution: Uuid;
      readonly since: number | undefined;
      readonly requestId: string | undefined;
    }
  | { readonly type: 'unsubscribe'; readonly execution: Uuid | undefined; readonly requestId: string | undefined }
  | {
      readonly type: 'pause' | 'resume' | 'cancel';
      readonly execution: Uuid | undefined;
      readonly requestId: string | undefined;
    };

export interface FrameFault {
  readonly message: string;
  readonly requestId: string | undefined;
}

const isPlace = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

/** Reads a frame. The error is what the client is told. */
export const parseFrame = (text: string): Result<ClientFrame, FrameFault> => {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return err({ message: 'The frame is no JSON.', requestId: undefined });
  }
  if (!isJsonObject(frame)) return err({ message: 'A frame is an object with a `type`.', requestId: undefined });
  const field = (name: string): Json | undefined => ownValue<Json>(frame, name);
  const said = field('requestId') ?? field('request_id');
  const requestId = typeof said === 'string' ? said.slice(0, 200) : undefined;
  const wanted = field('execution_id') ?? field('executionId');
  const execution = typeof wanted === 'string' ? parseUuid(wanted) : undefined;
  if (wanted !== undefined && execution === undefined)
    return err({ message: 'execution_id must be a UUID.', requestId });
  const type = field('type');
  if (type === 'ping') return ok({ type, requestId });
  if (type === 'unsubscribe' || type === 'pause' || type === 'resume' || type === 'cancel') {
    return ok({ type, execution, requestId });
  }
  if (type === 'subscribe') return subscribe(execution, field('since'), requestId);
  return err({ message: 'Unknown type. Known: ping, subscribe, unsubscribe, pause, resume, cancel.', requestId });
};

const subscribe = (
  execution: Uuid | undefined,
  since: Json | undefined,
  requestId: string | undefined,
): Result<ClientFrame, FrameFault> => {
  if (execution === undefined) return err({ message: 'subscribe needs an execution_id.', requestId });
  if (since !== undefined && !isPlace(since)) return err({ message: 'since must be a whole number.', requestId });
  return ok({ type: 'subscribe', execution, since, requestId });
};
