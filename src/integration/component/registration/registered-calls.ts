import {
  HarmoniaError,
  messageOf,
  type Clock,
  type Json,
  type JsonObject,
  type Millis,
} from '../../../kernel/index.js';
import type { CredentialKeeper } from '../../../credential/ports/index.js';
import {
  fatal,
  isTaskFailure,
  transient,
  type AbortSignalLike,
  type ComponentCall,
  type Credential,
  type TaskFailure,
} from '../../../plugin/contract/index.js';
import type { CarriedCall, HttpGrant, OutboundHttp, SecretSource } from '../../../plugin/ports/index.js';
import { outgoingHeaders } from '../../../tekton/utilities/context/index.js';
import { asText } from '../component-routes.js';
import { bodyOf, isSuccess, refusalOf, unwrapped, type Answer } from '../component-answer.js';
import { paramFaults } from './action-params.js';
import { actionRequest, bodyOfAction, proofOf, type ActionRequest, type Proof } from './action-request.js';
import type { ComponentAction, ComponentDefinition } from './component-definition.js';
import { resultAt } from './result-path.js';

const MAX_BYTES = 16 * 2 ** 20;
const NEVER = new AbortController().signal;

/** What reaches the credentials of people, and those that belong to registrations. */
export interface Secrets {
  readonly ofPeople: Pick<SecretSource, 'credential' | 'get'>;
  readonly own: Pick<CredentialKeeper, 'credential'>;
}

/** A credential by its name: one with a colon belongs to a registration. */
export const credentialOf = (name: string, { ofPeople, own }: Secrets): Credential | undefined => {
  if (name.includes(':')) return own.credential(name);
  const found = ofPeople.credential(name);
  if (found) return found;
  const value = ofPeople.get(name);
  return value === undefined ? undefined : { type: 'secret', value };
};

/** How long an exchange may take, and what ends it before. */
interface Bounds {
  readonly signal: AbortSignalLike;
  readonly timeout: Millis | undefined;
  /** Beside those of the request. */
  readonly headers?: HttpGrant['headers'] | undefined;
}

/** Asks registered components. Through the guard of addresses: whoever registers one is not who configures the service. */
export class RegisteredCalls {
  constructor(
    private readonly http: OutboundHttp,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async call(definition: ComponentDefinition, call: ComponentCall): Promise<Json> {
    const action = definition.actions.get(call.action);
    if (!action) throw unknownAction(definition.name, call.action);
    const { params, context, signal, headers } = call as CarriedCall;
    mustFit(definition, action, params);
    const { idempotency_key: key } = context;
    const body = bodyOfAction(action, params);
    const proof = this.proof(definition, body);
    const sent = { params, body, proof, key: typeof key === 'string' ? key : undefined };
    const request = actionRequest(definition, action, sent);
    const answer = await this.exchange(definition, request, { signal, timeout: action.timeout, headers });
    if (!isSuccess(answer)) throw refusalOf(definition.name, answer);
    return resultOf(definition, action, bodyOf(definition.name, answer.text));
  }

  /** Asks for a path below the base. */
  probe(definition: ComponentDefinition, path: string, bounds: Bounds): Promise<Answer> {
    const { headers, query } = this.proof(definition, undefined);
    const url = new URL(definition.base + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, asText(value));
    return this.exchange(definition, { url: url.href, method: 'GET', headers, body: undefined }, bounds);
  }

  private proof({ name, auth }: ComponentDefinition, body: string | undefined): Proof {
    if (auth.type === 'none') return { headers: {}, query: {} };
    let credential: Credential | undefined;
    try {
      credential = credentialOf(auth.credential, this.secrets);
    } catch (error) {
      if (error instanceof HarmoniaError) throw fatal(error.code, error.message);
      throw error;
    }
    const proof = proofOf(auth, credential, { body, now: this.clock.now() });
    const said = auth.credential.includes(':') ? `of ${name}` : auth.credential;
    if (!proof) throw fatal('credential_missing', messageOf('credential_missing', { name: said }));
    return proof;
  }

  private async exchange(
    { name }: ComponentDefinition,
    { url, method, headers, body }: ActionRequest,
    { signal, timeout, headers: carried }: Bounds,
  ): Promise<Answer> {
    const deadline = timeout === undefined ? NEVER : AbortSignal.timeout(Math.ceil(timeout));
    const client = this.http.client({
      hosts: ['*'],
      signal: deadline,
      destination: `component:${name}`,
      ...(carried && { headers: carried }),
    });
    try {
      const all = { ...outgoingHeaders(), ...headers };
      const sent = { url, method, headers: all, ...(body !== undefined && { body }), signal };
      const response = await client.request({ ...sent, maxRedirects: 0, maxBytes: MAX_BYTES });
      return { status: response.status, retryAfter: response.headers['retry-after'], text: await response.text() };
    } catch (error) {
      if (deadline.aborted) throw tooLate(timeout ?? 0);
      throw failureOf(name, error);
    }
  }
}

const tooLate = (timeout: Millis): TaskFailure =>
  transient('timeout', messageOf('timeout', { seconds: timeout / 1000 }));

const unknownAction = (component: string, action: string): TaskFailure =>
  fatal('action_not_found', messageOf('action_not_found', { component, action }));

const mustFit = ({ name }: ComponentDefinition, action: ComponentAction, params: JsonObject): void => {
  const faults = paramFaults(action, params);
  if (faults.length === 0) return;
  const said = faults.slice(0, 10).map(({ pointer, message }) => `${pointer || '/'}: ${message}`);
  const details = faults.map(({ code, pointer, message }) => ({ code, pointer, message }));
  throw fatal('schema_mismatch', `The params of ${action.name} of ${name} do not fit. ${said.join(' ')}`, {
    details: { faults: details },
  });
};

const resultOf = ({ name }: ComponentDefinition, { result }: ComponentAction, body: Json): Json => {
  if (!result) return unwrapped(body);
  const found = resultAt(body, result.path);
  if (found !== undefined) return found;
  const reason = `the answer has nothing at ${result.text}`;
  throw fatal('component_error', messageOf('component_error', { component: name, reason }));
};

/** In the words of components. */
const failureOf = (component: string, error: unknown): unknown => {
  if (!isTaskFailure(error)) return error;
  if (error.code === 'http_unreachable') {
    const reason = error.message.replace(/^The server cannot be reached: |\.$/g, '');
    const said = messageOf('component_unreachable', { component, reason });
    return transient('component_unreachable', `${said} Start it, or correct its base_url.`, { cause: error });
  }
  if (error.code !== 'http_error') return error;
  return fatal('component_error', messageOf('component_error', { component, reason: error.message }), { cause: error });
};
