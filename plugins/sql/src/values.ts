import type { Json } from '@tekton/harmonia/plugin';
import { Refusal } from './refusal.js';

/** What drivers take. */
export type SqlValue = null | boolean | number | bigint | string | Buffer | readonly SqlValue[];

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `{$bytes: base64}` are bytes, `{$json: any}` is JSON text; any other object is JSON text, too. */
const objectValue = (value: { readonly [key: string]: Json }): string | Buffer => {
  const keys = Object.keys(value);
  if (keys.length === 1 && typeof value.$bytes === 'string') {
    if (!BASE64.test(value.$bytes)) throw new Refusal('schema_mismatch', 'A value of `$bytes` is no base64.');
    return Buffer.from(value.$bytes, 'base64');
  }
  return JSON.stringify(keys.length === 1 && value.$json !== undefined ? value.$json : value);
};

/** For PostgreSQL: lists are arrays. */
export const postgresValue = (value: Json): SqlValue => {
  if (Array.isArray(value)) return (value as Json[]).map(postgresValue);
  return typeof value === 'object' && value !== null ? objectValue(value as never) : value;
};

/** For SQLite, which knows neither booleans nor lists: 1 and 0, JSON text. A whole number is an INTEGER. */
export const sqliteValue = (value: Json): SqlValue => {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? objectValue(value as never) : value;
};

/** A number when it is one exactly, else text. */
export const wholeNumber = (text: string): Json => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** JSON has no NaN and no infinity: text. */
export const realNumber = (text: string): Json => (Number.isFinite(Number(text)) ? Number(text) : text);
