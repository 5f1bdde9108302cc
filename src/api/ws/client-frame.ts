import {
  err,
  isJsonObject,
  ok,
  ownValue,
  parseUuid,
  type Json,
  type JsonObject,
  type Result,
  type Uuid,
} from '../../kernel/index.js';
import { parsePlace, type Place } from '../streams/place.js';

/** What a client may say. */
export type ClientFrame =
  | { readonly type: 'ping' | 'shutdown'; readonly requestId: string | undefined }
  | {
      readonly type: 'subscribe';
      readonly execution: Uuid;
      readonly since: Place | undefined;
      readonly requestId: string | undefined;
    }
  | { readonly type: 'unsubscribe'; readonly execution: Uuid | undefined; readonly requestId: string | undefined }
  | {
      readonly type: 'pause' | 'resume' | 'cancel';
      readonly execution: Uuid | undefined;
      readonly requestId: string | undefined;
    }
  | { readonly type: 'chat'; readonly message: string; readonly requestId: string | undefined };

export interface FrameFault {
  readonly message: string;
  readonly requestId: string | undefined;
}

const UNKNOWN = 'Unknown type. Known: ping, subscribe, unsubscribe, pause, resume, cancel, chat.';

const parseObject = (text: string): Result<JsonObject, string> => {
  try {
    const frame: unknown = JSON.parse(text);
    return isJsonObject(frame) ? ok(frame) : err('A frame is an object with a `type`.');
  } catch {
    return err('The frame is no JSON.');
  }
};

interface Fields {
  readonly field: (name: string) => Json | undefined;
  readonly execution: Uuid | undefined;
  readonly requestId: string | undefined;
}

/** Reads a frame. The error is what the client is told. */
export const parseFrame = (text: string): Result<ClientFrame, FrameFault> => {
  const frame = parseObject(text);
  if (!frame.ok) return err({ message: frame.error, requestId: undefined });
  const field = (name: string): Json | undefined => ownValue<Json>(frame.value, name);
  const said = field('requestId') ?? field('request_id');
  if (said !== undefined && typeof said !== 'string')
    return err({ message: 'requestId must be a text.', requestId: undefined });
  const requestId = said?.slice(0, 200);
  const wanted = field('execution_id') ?? field('executionId');
  const execution = typeof wanted === 'string' ? parseUuid(wanted) : undefined;
  if (wanted !== undefined && execution === undefined)
    return err({ message: 'execution_id must be a UUID.', requestId });
  return frameOf({ field, execution, requestId });
};

const frameOf = ({ field, execution, requestId }: Fields): Result<ClientFrame, FrameFault> => {
  const type = field('type');
  switch (type) {
    case 'ping':
    case 'shutdown':
      return ok({ type, requestId });
    case 'unsubscribe':
    case 'pause':
    case 'resume':
    case 'cancel':
      return ok({ type, execution, requestId });
    case 'subscribe':
      return subscribe(execution, field('since'), requestId);
    case 'chat':
      return chat(field('message'), requestId);
    default:
      return err({ message: UNKNOWN, requestId });
  }
};

const chat = (message: Json | undefined, requestId: string | undefined): Result<ClientFrame, FrameFault> =>
  typeof message === 'string' && message.trim() !== ''
    ? ok({ type: 'chat', message, requestId })
    : err({ message: 'chat needs a message.', requestId });

const subscribe = (
  execution: Uuid | undefined,
  since: Json | undefined,
  requestId: string | undefined,
): Result<ClientFrame, FrameFault> => {
  if (execution === undefined) return err({ message: 'subscribe needs an execution_id.', requestId });
  const place = typeof since === 'number' || typeof since === 'string' ? parsePlace(String(since)) : undefined;
  if (since !== undefined && place === undefined)
    return err({ message: 'since must be the sequence of an event, or "17.1".', requestId });
  return ok({ type: 'subscribe', execution, since: place, requestId });
};
