import { Agent, request, type Dispatcher } from 'undici';
import { isJsonObject, messageOf, type Json, type JsonObject } from '../kernel/index.js';
import {
  fatal,
  transient,
  type ComponentCall,
  type ComponentService,
  type TaskFailure,
} from '../plugin/contract/index.js';
import { isTimeout, OPEN_GATE, type Gate } from './destination/index.js';
import { variableOf, type BaseOf } from './component-bases.js';

export interface ComponentServiceOptions {
  readonly baseOf: BaseOf;
  /** Bytes of one answer. Default 16 MiB. */
  readonly maxBytes?: number;
  /** Breaker and bulkhead of each component, `component:<name>`. Default: none. */
  readonly gate?: Gate;
}

const MAX_BYTES = 16 * 2 ** 20;
/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Calls `POST {base}/api/actions/{action}`, and reads the platform's result protocol. What is not there fails; nothing is made up. */
export const createComponentService = ({
  baseOf,
  maxBytes = MAX_BYTES,
  gate = OPEN_GATE,
}: ComponentServiceOptions): ComponentService => ({
  call: async (call) => {
    const base = baseOf(call.component);
    if (base === undefined) throw unknownComponent(call.component);
    // In a URL these would lead out of the actions, and half a character cannot stand there.
    if (call.action === '.' || call.action === '..' || /\p{Surrogate}/u.test(call.action)) throw unknownAction(call);
    const visit = await gate.enter(`component:${call.component}`, call.signal);
    try {
      const { statusCode, headers, body } = await send(base, call);
      visit.tell(statusCode < 500 ? 'answered' : 'failed');
      const text = await readBounded(body, maxBytes, call);
      if (statusCode >= 200 && statusCode < 300) return resultOf(call, text);
      throw refusalOf(call, { status: statusCode, retryAfter: headers['retry-after'], text });
    } catch (error) {
      visit.tell(call.signal.aborted && !isTimeout(call.signal) ? 'unknown' : 'failed');
      throw error;
    } finally {
      visit.leave();
    }
  },
});

const unknownComponent = (component: string): TaskFailure => {
  const variable = variableOf(component);
  const message = messageOf('component_not_found', { component });
  return fatal('component_not_found', `${message} Set ${variable}_PORT (and ${variable}_HOST).`);
};

const unknownAction = ({ component, action }: Pick<ComponentCall, 'component' | 'action'>): TaskFailure =>
  fatal('action_not_found', messageOf('action_not_found', { component, action }));

const unreachable = ({ component }: ComponentCall, error: unknown): TaskFailure => {
  const { message, code } = error as { message?: string; code?: string };
  const reason = message || code || String(error);
  const variable = variableOf(component);
  const said = messageOf('component_unreachable', { component, reason });
  return transient('component_unreachable', `${said} Start it, or correct ${variable}_HOST and ${variable}_PORT.`, {
    cause: error,
  });
};

/** Of our own: the one that the process shares may lead through a proxy. How long a task may take is the workflow's to say. */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

const send = async (base: string, call: ComponentCall): Promise<Dispatcher.ResponseData> => {
  const { action, params, context, signal } = call;
  const key = context.idempotency_key;
  const headers = { 'content-type': 'application/json', ...(typeof key === 'string' && { 'idempotency-key': key }) };
  try {
    return await request(`${base}/api/actions/${encodeURIComponent(action)}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ action, params, context }),
      signal,
      dispatcher: agent,
    });
  } catch (error) {
    throw unreachable(call, error);
  }
};

const readBounded = async (body: AsyncIterable<Buffer>, limit: number, call: ComponentCall): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(call, error);
  }
  if (size > limit) throw fatal('response_too_large', messageOf('response_too_large', { limit }));
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const resultOf = (call: ComponentCall, text: string): Json => {
  const body = text === '' ? null : parse(text);
  if (body === undefined)
    throw fatal(
      'component_error',
      messageOf('component_error', { component: call.component, reason: 'the answer is no JSON' }),
    );
  if (!isJsonObject(body)) return body;
  if (isReport(body)) throw reportedError(call, body);
  if (body.status !== 'success' || !('data' in body || 'result' in body)) return body;
  return body.data ?? body.result ?? null;
};

/** Whether a body says by the platform's protocol that the action failed. */
const isReport = (body: JsonObject): boolean => body.status === 'error' || body.success === false;

const sayingOf = (body: JsonObject): string | undefined => {
  const said = body.error ?? body.error_message ?? body.detail ?? body.message ?? undefined;
  return said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
};

const reportedError = ({ component }: ComponentCall, body: JsonObject): TaskFailure => {
  const reason = sayingOf(body) ?? 'no reason given';
  const make = body.is_retriable === false ? fatal : transient;
  return make('component_error', messageOf('component_error', { component, reason }), {
    ...(typeof body.error_type === 'string' && { details: { error_type: body.error_type } }),
  });
};

interface Refusal {
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly text: string;
}

/** ms: four months. More is not believed. */
const LONGEST_WAIT = 1e10;

/** Seconds, or an HTTP date. */
const retryAfterOf = (header: string | string[] | undefined): { retryAfter?: number } => {
  if (typeof header !== 'string' || !/^(\d+$|[A-Z][a-z]{2})/.test(header)) return {};
  const wait = /^\d/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return wait <= LONGEST_WAIT ? { retryAfter: Math.max(0, wait) } : {};
};

const refusalOf = ({ component, action }: ComponentCall, { status, retryAfter, text }: Refusal): TaskFailure => {
  const parsed = parse(text);
  const body = isJsonObject(parsed) ? parsed : {};
  if (status === 404 && !isReport(body)) return unknownAction({ component, action });
  const said = sayingOf(body);
  const message = messageOf('component_error', { component, reason: `HTTP ${status}${said ? `: ${said}` : ''}` });
  const details = { status, ...(typeof body.error_type === 'string' && { error_type: body.error_type }) };
  const passing = (status >= 500 || PASSING.has(status)) && body.is_retriable !== false;
  return passing
    ? transient('component_error', message, { details, ...retryAfterOf(retryAfter) })
    : fatal('component_error', message, { details });
};
