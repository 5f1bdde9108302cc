import {
  isJsonObject,
  jsonDepth,
  messageOf,
  unspeakableNumbers,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import { fatal, transient, type TaskFailure } from '../../plugin/contract/index.js';

/** What a component said. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly text: string;
}

/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
/** Levels of nested JSON in a result, as in an output. */
const DEEPEST = 200;

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Undefined: it is no JSON. */
export const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const strange = (component: string, reason: string): TaskFailure =>
  fatal('component_error', messageOf('component_error', { component, reason }));

/** The body of a success. Throws when it is no JSON, or tells of a failure by the platform's protocol. */
export const bodyOf = (component: string, text: string): Json => {
  const body = text === '' ? null : parse(text);
  if (body === undefined) throw strange(component, 'the answer is no JSON');
  if (jsonDepth(body, DEEPEST + 1) > DEEPEST)
    throw strange(component, `the answer nests more than ${DEEPEST} levels deep`);
  if (unspeakableNumbers(body).length > 0) throw strange(component, 'the answer has a number that is too large');
  if (isJsonObject(body) && isReport(body)) throw reportedError(component, body);
  return body;
};

/** What the platform's protocol wraps, taken out. */
export const unwrapped = (body: Json): Json => {
  if (!isJsonObject(body) || body.status !== 'success' || !('data' in body || 'result' in body)) return body;
  return body.data ?? body.result ?? null;
};

/** Whether a body says by the platform's protocol that the action failed. */
export const isReport = (body: JsonObject): boolean => body.status === 'error' || body.success === false;

const sayingOf = (body: JsonObject): string | undefined => {
  const { error } = body;
  // Another Harmonia says more of an error than a text.
  const words = isJsonObject(error) && typeof error.message === 'string' ? error.message : error;
  const said = words ?? body.error_message ?? body.detail ?? body.message ?? undefined;
  return said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
};

const reportedError = (component: string, body: JsonObject): TaskFailure => {
  const reason = sayingOf(body) ?? 'no reason given';
  const make = body.is_retriable === false ? fatal : transient;
  return make('component_error', messageOf('component_error', { component, reason }), {
    ...(typeof body.error_type === 'string' && { details: { error_type: body.error_type } }),
  });
};

/** ms: four months. More is not believed. */
const LONGEST_WAIT = 1e10;

/** Seconds, or an HTTP date. */
const retryAfterOf = (header: string | string[] | undefined): { retryAfter?: number } => {
  if (typeof header !== 'string' || !/^(\d+$|[A-Z][a-z]{2})/.test(header)) return {};
  const wait = /^\d/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return wait <= LONGEST_WAIT ? { retryAfter: Math.max(0, wait) } : {};
};

/** What an answer that is no success means for the step. */
export const refusalOf = (component: string, { status, retryAfter, text }: Answer): TaskFailure => {
  const parsed = parse(text);
  const body = isJsonObject(parsed) ? parsed : {};
  const said = sayingOf(body);
  const message = messageOf('component_error', { component, reason: `HTTP ${status}${said ? `: ${said}` : ''}` });
  const details = { status, ...(typeof body.error_type === 'string' && { error_type: body.error_type }) };
  const passing = (status >= 500 || PASSING.has(status)) && body.is_retriable !== false;
  return passing
    ? transient('component_error', message, { details, ...retryAfterOf(retryAfter) })
    : fatal('component_error', message, { details });
};
