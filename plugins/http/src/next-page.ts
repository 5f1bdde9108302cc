import { fatal, type Json } from '@tekton/harmonia/plugin';

/** How one page leads to the next. */
export type Next =
  | { readonly by: 'link' }
  | { readonly by: 'url'; readonly at: string }
  | { readonly by: 'cursor'; readonly at: string; readonly param: string }
  | { readonly by: 'page'; readonly param: string; readonly first: number };

/** One page, as far as the way on depends on it. */
export interface Page {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  /** How many items it has. */
  readonly count: number;
  /** Counts from 0. */
  readonly index: number;
}

/** What an RFC 6901 pointer leads to. */
export const valueAt = (document: Json, pointer: string): Json | undefined => {
  if (pointer === '') return document;
  let value: Json | undefined = document;
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[key];
  }
  return value;
};

const LINK = /<([^<>]*)>((?:\s*;\s*[^\s;,=]+(?:=(?:"[^"]*"|[^\s;,"]*))?)*)/g;
const PARAM = /;\s*([^\s;,=]+)(?:=(?:"([^"]*)"|([^\s;,"]*)))?/g;

/** The target of the first link of a `Link` header whose relation is `next` (RFC 8288). */
export const linkedNext = (header: string | undefined): string | undefined => {
  for (const [, target, params = ''] of (header ?? '').matchAll(LINK)) {
    for (const [, name = '', quoted, bare] of params.matchAll(PARAM)) {
      if (name.toLowerCase() !== 'rel') continue;
      if ((quoted ?? bare ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
    }
  }
  return undefined;
};

const addressOf = (value: Json | undefined, from: URL): URL | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !URL.canParse(value, from.href))
    throw fatal('http_error', 'The address of the next page is no URL.');
  return new URL(value, from);
};

const withParam = (url: URL, param: string, value: string): URL => {
  const next = new URL(url);
  next.searchParams.set(param, value);
  return next;
};

const cursorOf = (value: Json | undefined): string | undefined => {
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw fatal('http_error', 'The cursor of the next page is neither a text nor a number.');
};

/** Where the first page is. */
export const firstPage = (url: URL, next: Next): URL =>
  next.by === 'page' ? withParam(url, next.param, String(next.first)) : url;

/** Where the page after this one is; undefined: it was the last. */
export const nextPage = (next: Next, { url, headers, body, count, index }: Page): URL | undefined => {
  switch (next.by) {
    case 'link':
      return addressOf(linkedNext(headers.link), url);
    case 'url':
      return addressOf(valueAt(body, next.at), url);
    case 'cursor': {
      const cursor = cursorOf(valueAt(body, next.at));
      return cursor === undefined ? undefined : withParam(url, next.param, cursor);
    }
    case 'page':
      return count === 0 ? undefined : withParam(url, next.param, String(next.first + index + 1));
  }
};
