// What Hermes answers, read: camelCase and snake_case, and whatever else it may say.
import { isJsonObject, type Instant, type Json, type JsonObject, type Millis } from '../../../../kernel/index.js';
import { Token } from '../life/index.js';

/** A registration that was granted. */
export interface Admission {
  readonly id: string;
  readonly token: Token;
  /** How long the token is good. By its own two times: the clock of Hermes need not be ours. */
  readonly lasts: Millis;
}

/** A component as Hermes lists it. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  /** By the clock of Hermes; undefined: it was never heard. */
  readonly heard: Instant | undefined;
  readonly registered: Instant;
}

const HOUR: Millis = 3_600_000;
/** A header can say it: printable ASCII of bounded length. */
const SENDABLE = /^[\x20-\x7e]{1,8192}$/;

const textOf = (object: JsonObject, ...names: readonly string[]): string | undefined => {
  const found = names.map((name) => object[name]).find((value) => typeof value === 'string' && value !== '');
  return found as string | undefined;
};

/** Seconds as Hermes counts them, in ms. */
const timeOf = (object: JsonObject, ...names: readonly string[]): Instant | undefined => {
  const found = names.map((name) => object[name]).find((value) => typeof value === 'number');
  return found === undefined ? undefined : found * 1000;
};

/** `{componentId, token}` or `{component_id, token}`; undefined: it is no admission. An id that is not said is `asked`. */
export const admissionIn = (body: Json | undefined, asked: string): Admission | undefined => {
  if (!isJsonObject(body) || body.success === false) return undefined;
  const text = textOf(body, 'token');
  if (text === undefined || !SENDABLE.test(text)) return undefined;
  const id = textOf(body, 'componentId', 'component_id');
  return { id: id !== undefined && SENDABLE.test(id) ? id : asked, token: new Token(text), lasts: lifeOf(text) };
};

const lifeOf = (token: string): Millis => {
  const parsed = parse(token);
  const payload = isJsonObject(parsed) && isJsonObject(parsed.payload) ? parsed.payload : {};
  const { iat, exp } = payload;
  return typeof iat === 'number' && typeof exp === 'number' && exp > iat ? (exp - iat) * 1000 : HOUR;
};

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** The list of `GET /api/components`; undefined: it is none. Entries without a name are left out. */
export const listIn = (body: Json | undefined): readonly Listed[] | undefined => {
  const list = isJsonObject(body) ? body.components : body;
  if (!Array.isArray(list)) return undefined;
  return (list as Json[]).filter(isJsonObject).flatMap((entry) => {
    const id = textOf(entry, 'component_id', 'componentId');
    if (id === undefined) return [];
    const endpoint = textOf(entry, 'endpoint', 'url') ?? '';
    const heard = timeOf(entry, 'last_heartbeat', 'lastHeartbeat');
    const registered = timeOf(entry, 'registered_at', 'registeredAt') ?? 0;
    return [{ id, name: textOf(entry, 'name') ?? '', endpoint, heard, registered }];
  });
};
