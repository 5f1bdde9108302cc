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
import { ParamMissing, requestOf, type ComponentRequest } from './component-routes.js';
import { TOOLS, toolCallFor } from './hermes-tools.js';

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

/**
 * Calls actions of components: by the call that the table has for them, else `POST {base}/api/actions/{action}`, else as a
 * tool that Hermes lists. Reads the platform's result protocol. What is not there fails; nothing is made up.
 */
export const createComponentService = (options: ComponentServiceOptions): ComponentService => ({
  call: async (call) => {
    const { baseOf, maxBytes = MAX_BYTES, gate = OPEN_GATE } = options;
    const base = baseOf(call.component);
    if (base === undefined) throw unknownComponent(call.component);
    const mapped = mappedRequest(call);
    const there = { to: call.component, base, maxBytes, gate };
    if (mapped) return answerOf(await exchange({ ...there, request: mapped }, call), call);
    const answer = await exchange({ ...there, request: genericRequest(call) }, call);
    if (!isUnknown(answer)) return answerOf(answer, call);
    const tool = await asTool({ ...there, hermes: baseOf('hermes') }, call);
    if (tool === undefined) throw unknownAction(call);
    return resultOfTool(tool, call);
  },
});

const mappedRequest = ({ component, action, params }: ComponentCall): ComponentRequest | undefined => {
  try {
    return requestOf(component, action, params);
  } catch (error) {
    if (!(error instanceof ParamMissing)) throw error;
    const [name = ''] = error.names;
    throw fatal('schema_mismatch', `The action ${action} of ${component} needs a param "${name}" (text or number).`);
  }
};

const genericRequest = (call: ComponentCall): ComponentRequest => {
  const { action, params, context } = call;
  // In a URL these would lead out of the actions, and half a character cannot stand there.
  if (action === '.' || action === '..' || /\p{Surrogate}/u.test(action)) throw unknownAction(call);
  return { method: 'POST', path: `/api/actions/${encodeURIComponent(action)}`, body: { action, params, context } };
};

/** A component, and how it is asked. */
interface There {
  readonly to: string;
  readonly base: string;
  readonly maxBytes: number;
  readonly gate: Gate;
}

interface Exchange extends There {
  readonly request: ComponentRequest;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly text: string;
}

/** Through the breaker and the bulkhead of the component. */
const exchange = async (
  { to, base, request: wanted, maxBytes, gate }: Exchange,
  call: ComponentCall,
): Promise<Answer> => {
  const visit = await gate.enter(`component:${to}`, call.signal);
  try {
    const { statusCode, headers, body } = await send(base, wanted, call);
    visit.tell(statusCode < 500 ? 'answered' : 'failed');
    const text = await readBounded(body, maxBytes, call);
    return { status: statusCode, retryAfter: headers['retry-after'], text };
  } catch (error) {
    visit.tell(call.signal.aborted && !isTimeout(call.signal) ? 'unknown' : 'failed');
    throw error;
  } finally {
    visit.leave();
  }
};

/** Whether nobody answers there: 404, and no report of an action that looked for something. */
const isUnknown = ({ status, text }: Answer): boolean => {
  const body = parse(text);
  return status === 404 && !(isJsonObject(body) && isReport(body));
};

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

const answerOf = (answer: Answer, call: ComponentCall): Json => {
  if (isSuccess(answer)) return resultOf(call, answer.text);
  throw refusalOf(call, answer);
};

/** As a tool that Hermes lists; undefined when it lists none, or is not there. */
const asTool = async (
  { hermes, ...there }: There & { readonly hermes: string | undefined },
  call: ComponentCall,
): Promise<Answer | undefined> => {
  if (hermes === undefined) return undefined;
  const atHermes = { ...there, to: 'hermes', base: hermes };
  const listed = await exchange({ ...atHermes, request: TOOLS }, { ...call, component: 'hermes' });
  const tools = isSuccess(listed) ? parse(listed.text) : undefined;
  const tool = tools === undefined ? undefined : toolCallFor(tools, there.base, call);
  return tool && exchange({ ...(tool.at === 'hermes' ? atHermes : there), request: tool.request }, call);
};

/** Tools answer `{success, result}`. */
const resultOfTool = (answer: Answer, call: ComponentCall): Json => {
  const result = answerOf(answer, call);
  return isJsonObject(result) && result.success === true && 'result' in result ? (result.result ?? null) : result;
};

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

const send = async (base: string, wanted: ComponentRequest, call: ComponentCall): Promise<Dispatcher.ResponseData> => {
  const { context, signal } = call;
  const { method, path, body } = wanted;
  const key = context.idempotency_key;
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(typeof key === 'string' && method !== 'GET' && { 'idempotency-key': key }),
  };
  try {
    return await request(base + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
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

/** ms: four months. More is not believed. */
const LONGEST_WAIT = 1e10;

/** Seconds, or an HTTP date. */
const retryAfterOf = (header: string | string[] | undefined): { retryAfter?: number } => {
  if (typeof header !== 'string' || !/^(\d+$|[A-Z][a-z]{2})/.test(header)) return {};
  const wait = /^\d/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return wait <= LONGEST_WAIT ? { retryAfter: Math.max(0, wait) } : {};
};

const refusalOf = ({ component }: ComponentCall, { status, retryAfter, text }: Answer): TaskFailure => {
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
