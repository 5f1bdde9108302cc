import { createHash, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { StopCaller } from '../ports/index.js';

/** What a proxy adds when it passes a request on: the connection is its own then, and says nothing of who asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** By digests: of one length, and compared without telling by the time how much was right. */
const hasToken = ({ headers }: StopCaller, token: string): boolean => {
  const [, given] = /^Bearer (.+)$/i.exec(String(headers.authorization ?? '')) ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
};

/**
 * A page of another origin may send requests to loopback as whoever has opened it. A browser tells of it by `Origin`
 * and `Sec-Fetch-Site`. A page's own name may be made to point here, so a name that is not loopback's does not count.
 */
const isOfAnotherOrigin = ({ headers }: StopCaller): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (typeof origin !== 'string' || !URL.canParse(origin)) return true;
  const page = new URL(origin);
  return page.host !== host || !LOOPBACK_NAME.test(page.hostname);
};

/** Why somebody may not stop the service; undefined: they may. Pure. */
export const stopRefusal = (caller: StopCaller, token: string | undefined): string | undefined => {
  if (token !== undefined && hasToken(caller, token)) return undefined;
  if (!isLoopback(caller.address)) return 'the request comes from another machine';
  if (FORWARDED.some((name) => caller.headers[name] !== undefined)) return 'a proxy has passed the request on';
  return isOfAnotherOrigin(caller) ? 'the request comes from a page of another origin' : undefined;
};
