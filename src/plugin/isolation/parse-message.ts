import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { METHODS, type FromWorker, type Question, type WireRequest } from './wire.js';

const isText = (value: Json | undefined): value is string => typeof value === 'string';
const isId = (value: Json | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isOptional = (value: Json | undefined, type: 'string' | 'number'): boolean =>
  value === undefined || typeof value === type;
const isAbsentOr = (value: Json | undefined, known: readonly string[]): boolean =>
  value === undefined || (isText(value) && known.includes(value));

const isTextMap = (value: Json | undefined): boolean =>
  value === undefined || (isJsonObject(value) && Object.values(value).every(isText));

const isRequest = (value: Json | undefined): boolean =>
  isJsonObject(value) &&
  isText(value.url) &&
  isTextMap(value.headers) &&
  isOptional(value.method, 'string') &&
  isOptional(value.body, 'string') &&
  isAbsentOr(value.upload, ['bytes', 'stream']) &&
  (['maxRedirects', 'maxBytes', 'timeout'] as const satisfies readonly (keyof WireRequest)[]).every((name) =>
    isOptional(value[name], 'number'),
  );

const isCall = ({ service, method, args }: JsonObject): boolean =>
  isText(service) &&
  isText(method) &&
  Object.hasOwn(METHODS, service) &&
  METHODS[service as keyof typeof METHODS].includes(method) &&
  Array.isArray(args);

/** Questions that there are, and whether one of them is well-formed. */
const QUESTIONS: Readonly<Record<Question['what'], (question: JsonObject) => boolean>> = {
  http: ({ request }) => isRequest(request),
  call: isCall,
  once: ({ key }) => isText(key),
  usage: ({ report }) => isJsonObject(report),
};

const isQuestion = (value: Json | undefined): boolean =>
  isJsonObject(value) &&
  isText(value.what) &&
  Object.hasOwn(QUESTIONS, value.what) &&
  QUESTIONS[value.what as Question['what']](value);

const isFailure = (value: Json | undefined): boolean =>
  isJsonObject(value) &&
  isAbsentOr(value.kind, ['fatal', 'transient']) &&
  isText(value.code) &&
  isText(value.message) &&
  isOptional(value.retry_after, 'number');

const LEVELS = ['debug', 'info', 'warn', 'error'];
const always = (): boolean => true;

/** Messages that there are, and whether one of them is well-formed. */
const MESSAGES: Readonly<Record<FromWorker['is'], (message: JsonObject) => boolean>> = {
  started: always,
  pong: always,
  heartbeat: always,
  discard: always,
  log: ({ level, message }) => isAbsentOr(level, LEVELS) && isText(message),
  progress: ({ fraction, message }) => typeof fraction === 'number' && isOptional(message, 'string'),
  ask: ({ id, question }) => isId(id) && isQuestion(question),
  cancel: ({ id }) => isId(id),
  read: ({ id }) => isId(id),
  worked: ({ id }) => isId(id),
  broken: ({ id, failure }) => isId(id) && isFailure(failure),
  done: ({ output }) => output !== undefined,
  failed: ({ failure }) => isFailure(failure),
};

/** What a worker said; nothing when it is none of what there is to say. */
export const parseMessage = (text: string): FromWorker | undefined => {
  let found: Json;
  try {
    found = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(found) || !isText(found.is) || !Object.hasOwn(MESSAGES, found.is)) return undefined;
  return MESSAGES[found.is as FromWorker['is']](found) ? (found as unknown as FromWorker) : undefined;
};
