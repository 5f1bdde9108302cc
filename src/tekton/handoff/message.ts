import { HarmoniaError, isJsonObject, ownValue, type Json, type JsonObject } from '../../kernel/index.js';

/** A message as one of the three forms in which components send it. */
export type HandoffMessage =
  /** The shared endpoint's: one purpose for all. */
  | { readonly form: 'shared'; readonly purpose: string; readonly dest: string; readonly payload: JsonObject }
  /** The standard's: a purpose for each component. */
  | {
      readonly form: 'standard';
      readonly purpose: string | undefined;
      readonly dest: string;
      readonly payload: JsonObject;
    }
  /** The platform page's: nothing but a purpose. */
  | { readonly form: 'page'; readonly purpose: string | undefined };

const ME = 'harmonia';
const FIELDS = ['purpose', 'dest', 'payload'] as const;

/** As upstream writes a list: its callers look for the words. */
const listed = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;

const purposeFor = (purpose: JsonObject): string | undefined => {
  const said = ownValue<Json>(purpose, ME);
  return typeof said === 'string' && said !== '' ? said : undefined;
};

const isThere = (value: Json | undefined): value is Json => value !== undefined && value !== null;

/** Reads a message. Throws `handoff_no_object`, `handoff_fields_missing`, and `validation_error` for fields of another type. */
export const readMessage = (body: unknown): HandoffMessage => {
  if (!isJsonObject(body)) throw new HarmoniaError('handoff_no_object', {});
  const { purpose, dest, payload } = body;
  if (isJsonObject(purpose) && !isThere(dest) && !isThere(payload))
    return { form: 'page', purpose: purposeFor(purpose) };
  const missing = FIELDS.filter((name) => !isThere(body[name]));
  if (missing.length > 0) throw new HarmoniaError('handoff_fields_missing', { fields: listed(missing) });
  if (typeof dest !== 'string') throw unreadable('dest is a text');
  if (!isJsonObject(payload)) throw unreadable('payload is an object');
  if (isJsonObject(purpose)) return { form: 'standard', purpose: purposeFor(purpose), dest, payload };
  if (typeof purpose !== 'string') throw unreadable('purpose is a text, or an object of one text for each component');
  return { form: 'shared', purpose, dest, payload };
};

const unreadable = (reason: string): HarmoniaError => new HarmoniaError('invalid_request', { reason });
