import type { Instant, Json, JsonObject } from '../../../kernel/index.js';
import { fatal, type Credential } from '../../../plugin/contract/index.js';
import { signatureHeaders } from '../../webhook/index.js';
import { asText, queryOf } from '../component-routes.js';
import type { ComponentAction, ComponentAuth, ComponentDefinition, ParameterPlace } from './component-definition.js';
import { PLACE } from './parse-action.js';

/** A request, as it is sent. */
export interface ActionRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What proves who asks. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: JsonObject;
}

const NO_PROOF: Proof = { headers: {}, query: {} };

/** Of `${secrets.name}`, or of a credential of the type secret, the text is the token or the key. */
const textOf = (credential: Credential): string | undefined =>
  credential.type === 'bearer'
    ? credential.token
    : credential.type === 'api_key'
      ? credential.key
      : credential.type === 'secret'
        ? credential.value
        : credential.type === 'hmac'
          ? credential.secret
          : undefined;

/** The kinds of credentials that fit each kind of authentication. */
export const fits = (auth: Exclude<ComponentAuth, { type: 'none' }>, { type }: Credential): boolean =>
  type === auth.type || (auth.type !== 'basic' && type === 'secret');

/** Where a key goes: as the registration says, else as the credential does. */
const keyProof = (auth: ComponentAuth, credential: Credential, key: string): Proof => {
  const own = credential.type === 'api_key' ? credential : undefined;
  const place = auth.type === 'api_key' ? auth.place : undefined;
  const query = place ? (place.in === 'query' ? place.name : undefined) : own?.query;
  if (query !== undefined) return { headers: {}, query: { [query]: key } };
  const header = place?.name ?? own?.header ?? 'X-API-Key';
  return { headers: { [header.toLowerCase()]: key }, query: {} };
};

/** Undefined: the credential is of another kind. A signature is over the body as it is sent; over nothing, when there is none. */
export const proofOf = (
  auth: ComponentAuth,
  credential: Credential | undefined,
  { body = '', now }: { readonly body: string | undefined; readonly now: Instant },
): Proof | undefined => {
  if (auth.type === 'none') return NO_PROOF;
  if (!credential || !fits(auth, credential)) return undefined;
  if (credential.type === 'basic') {
    const { username, password } = credential;
    const text = Buffer.from(`${username}:${password}`).toString('base64');
    return { headers: { authorization: `Basic ${text}` }, query: {} };
  }
  const text = textOf(credential) ?? '';
  if (auth.type === 'bearer') return { headers: { authorization: `Bearer ${text}` }, query: {} };
  if (auth.type !== 'hmac') return keyProof(auth, credential, text);
  const signed = { body: Buffer.from(body), timestamp: String(Math.floor(now / 1000)) };
  return { headers: signatureHeaders(auth.scheme, [text], signed), query: {} };
};

const lower = (entries: readonly (readonly [string, Json])[]): Record<string, string> =>
  Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), asText(value)]));

/** What an action is given, by where it goes. Null counts as absent where a param may be. */
const paramsAt = (
  { parameters }: ComponentAction,
  params: JsonObject,
  place: ParameterPlace,
): readonly (readonly [string, Json])[] => {
  const given = new Map(Object.entries(params));
  return parameters.flatMap(({ name, required, in: where }) => {
    const value = given.get(name);
    return where !== place || value === undefined || (value === null && !required) ? [] : [[name, value] as const];
  });
};

/** The body of the request that an action stands for; undefined: it has none. */
export const bodyOfAction = (action: ComponentAction, params: JsonObject): string | undefined =>
  action.parameters.some(({ in: where }) => where === 'body')
    ? JSON.stringify(Object.fromEntries(paramsAt(action, params, 'body')))
    : undefined;

interface Sent {
  readonly params: JsonObject;
  readonly body: string | undefined;
  readonly proof: Proof;
  readonly key: string | undefined;
}

/** The request that an action stands for. The params have been checked. */
export const actionRequest = (
  { base }: ComponentDefinition,
  action: ComponentAction,
  { params, body, proof, key }: Sent,
): ActionRequest => {
  const { method } = action;
  const given = new Map(Object.entries(params));
  const path = action.path.replace(PLACE, (_whole, name: string) => encodeURIComponent(asText(given.get(name) ?? '')));
  const plain = base + path;
  // What is given has been looked at piece by piece; this looks at the whole.
  if (new URL(plain).href !== plain)
    throw fatal('schema_mismatch', `The params of ${action.name} lead out of its path.`);
  return {
    url: plain + queryOf({ ...Object.fromEntries(paramsAt(action, params, 'query')), ...proof.query }),
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && method !== 'GET' && { 'idempotency-key': key }),
      ...lower(paramsAt(action, params, 'header')),
      ...proof.headers,
    },
    body,
  };
};
