import { isJsonObject, messageOf, type Json } from '../../kernel/index.js';
import {
  fatal,
  transient,
  type ComponentCall,
  type ComponentService,
  type TaskFailure,
} from '../../plugin/contract/index.js';
import type { CarriedCall } from '../../plugin/ports/index.js';
import { HttpError, HttpRequestError } from '../../tekton/utilities/errors/index.js';
import { HttpClient, type HttpAnswer } from '../../tekton/utilities/http/index.js';
import { isTimeout, OPEN_GATE, type Gate } from '../destination/index.js';
import { bodyOf, isReport, isSuccess, parse, refusalOf, unwrapped, type Answer } from './component-answer.js';
import { variableOf, type BaseOf } from './component-bases.js';
import { ParamMissing, requestOf, type ComponentRequest } from './component-routes.js';
import { TOOLS, toolCallFor } from './hermes-tools.js';

export interface ComponentServiceOptions {
  readonly baseOf: BaseOf;
  /** Bytes of one answer. Default 16 MiB. */
  readonly maxBytes?: number;
  /** Breaker and bulkhead of each component, `component:<name>`. Default: none. */
  readonly gate?: Gate;
  /** Components that were registered: they are asked first. Default: none. */
  readonly registered?: RegisteredCalls;
  /** Tools that Hermes lists, as last seen; undefined: Hermes is asked for them. Default: it is asked. */
  readonly hermesTools?: () => readonly Json[] | undefined;
}

/** Calls to components that somebody registered. */
export interface RegisteredCalls {
  /** Undefined: it is not registered. */
  call(call: ComponentCall): Promise<Json> | undefined;
}

const MAX_BYTES = 16 * 2 ** 20;

/**
 * Calls actions of components: as they were registered, else by the call that the table has for them, else `POST {base}/api/actions/{action}`, else as a
 * tool that Hermes lists. Reads the platform's result protocol. What is not there fails; nothing is made up.
 */
export const createComponentService = (options: ComponentServiceOptions): ComponentService => ({
  call: async (call) => {
    const { baseOf, maxBytes = MAX_BYTES, gate = OPEN_GATE, registered, hermesTools } = options;
    const own = registered?.call(call);
    if (own) return own;
    const base = baseOf(call.component);
    if (base === undefined) throw unknownComponent(call.component);
    const mapped = mappedRequest(call);
    const there = { to: call.component, base, maxBytes, gate };
    if (mapped) return answerOf(await exchange({ ...there, request: mapped }, call), call);
    const answer = await exchange({ ...there, request: genericRequest(call) }, call);
    if (!isUnknown(answer)) return answerOf(answer, call);
    const tool = await asTool({ ...there, hermes: baseOf('hermes'), tools: hermesTools?.() }, call);
    if (tool === undefined) throw unknownAction(call);
    return resultOfTool(tool, call);
  },
});

/** Asks a component, and tells what it said; undefined: nobody knows its address. */
export type Probe = (component: string, path: string, signal: AbortSignal) => Promise<Answer> | undefined;

export const createProbe =
  ({ baseOf, gate = OPEN_GATE }: ComponentServiceOptions): Probe =>
  (component, path, signal) => {
    const base = baseOf(component);
    if (base === undefined) return undefined;
    const there = { to: component, base, maxBytes: MAX_BYTES, gate };
    const call = { component, action: '', params: {}, context: {}, signal };
    return exchange({ ...there, request: { method: 'GET', path } }, call);
  };

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

/** Through the breaker and the bulkhead of the component. */
const exchange = async (
  { to, base, request: wanted, maxBytes, gate }: Exchange,
  call: ComponentCall,
): Promise<Answer> => {
  const visit = await gate.enter(`component:${to}`, call.signal);
  try {
    const answer = await send(clientOf(base, maxBytes), wanted, call);
    const { status, headers } = answer;
    visit.tell(status < 500 ? 'answered' : 'failed');
    return { status, retryAfter: headers['retry-after'], text: await answer.text() };
  } catch (error) {
    visit.tell(call.signal.aborted && !isTimeout(call.signal) ? 'unknown' : 'failed');
    throw failureOf(error, call, maxBytes);
  } finally {
    visit.leave();
  }
};

/** Whether nobody answers there: 404, and no report of an action that looked for something. */
const isUnknown = ({ status, text }: Answer): boolean => {
  const body = parse(text);
  return status === 404 && !(isJsonObject(body) && isReport(body));
};

const answerOf = (answer: Answer, { component }: ComponentCall): Json => {
  if (isSuccess(answer)) return unwrapped(bodyOf(component, answer.text));
  throw refusalOf(component, answer);
};

/** Hermes, and the tools that it was last seen to list. */
interface AtHermes extends There {
  readonly hermes: string | undefined;
  readonly tools: readonly Json[] | undefined;
}

/** As a tool that Hermes lists; undefined when it lists none, or is not there. */
const asTool = async (
  { hermes, tools: seen, ...there }: AtHermes,
  call: ComponentCall,
): Promise<Answer | undefined> => {
  if (hermes === undefined) return undefined;
  const atHermes = { ...there, to: 'hermes', base: hermes };
  const tools = seen ?? (await listedTools(atHermes, call));
  const tool = toolCallFor(tools, there.base, call);
  return tool && exchange({ ...(tool.at === 'hermes' ? atHermes : there), request: tool.request }, call);
};

const listedTools = async (atHermes: There, call: ComponentCall): Promise<readonly Json[]> => {
  const listed = await exchange({ ...atHermes, request: TOOLS }, { ...call, component: 'hermes' });
  const tools = isSuccess(listed) ? parse(listed.text) : undefined;
  return Array.isArray(tools) ? (tools as Json[]) : [];
};

/** Tools answer `{success, result}`. */
const resultOfTool = (answer: Answer, call: ComponentCall): Json => {
  const result = answerOf(answer, call);
  return isJsonObject(result) && result.success === true && 'result' in result ? (result.result ?? null) : result;
};

const unknownComponent = (component: string): TaskFailure => {
  const variable = variableOf(component);
  const message = messageOf('component_not_found', { component });
  return fatal('component_not_found', `${message} Set ${variable}_PORT (and ${variable}_HOST), or register it.`);
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

/** Clients by base address. How long a call may take, and how often it is made, is the workflow's to say. */
const clients = new Map<string, HttpClient>();

const clientOf = (base: string, maxBytes: number): HttpClient => {
  const key = `${base} ${maxBytes}`;
  const known = clients.get(key) ?? new HttpClient({ base, maxBytes, timeout: 0, retry: { retries: 0 } });
  clients.set(key, known);
  return known;
};

const send = (
  client: HttpClient,
  { method, path, body }: ComponentRequest,
  call: ComponentCall,
): Promise<HttpAnswer> => {
  const { context, signal, headers = {} } = call as CarriedCall;
  const key = context.idempotency_key;
  return client.request(method, path, {
    ...(body !== undefined && { body }),
    ...(typeof key === 'string' && method !== 'GET' && { idempotencyKey: key }),
    ...{ headers, signal, anyStatus: true },
  });
};

/** In the words of components. */
const failureOf = (error: unknown, call: ComponentCall, limit: number): unknown => {
  if (!(error instanceof HttpError)) return error;
  const isTooLarge = error instanceof HttpRequestError && error.statusCode !== undefined;
  return isTooLarge
    ? fatal('response_too_large', messageOf('response_too_large', { limit }))
    : unreachable(call, error.cause ?? error);
};
