import type { FastifyRequest } from 'fastify';

const NAME = 'api_key';
/** What others write down of an address instead. */
const HIDDEN = /([?&])api_key=[^&#]*/gi;

/** What `?api_key=` says; an array when it says it twice. */
export const shownInAddress = (url: string): unknown => {
  const at = url.indexOf('?');
  if (at === -1) return undefined;
  const all = new URLSearchParams(url.slice(at + 1)).getAll(NAME);
  return all.length > 1 ? all : all[0];
};

export const withoutCredential = (url: string): string => url.replace(HIDDEN, '$1api_key=hidden');

/**
 * Takes `?api_key=` out of an address before anybody can write it down, on every route: a credential that came where it
 * does not count is one all the same. Answers what it was.
 */
export const hideCredential = (request: FastifyRequest): unknown => {
  const { raw, query } = request;
  if (!raw.url?.includes('api_key') && !(query as { api_key?: unknown } | null)?.api_key) return undefined;
  const { [NAME]: shown, ...rest } = query as Record<string, unknown>;
  request.query = rest;
  raw.url = withoutCredential(raw.url ?? '/');
  return shown;
};
