import { isIP } from 'node:net';
import { HarmoniaError, isLoopback } from '../kernel/index.js';
import type { AskingPage } from './ports/index.js';

/** Whose pages may call where nobody is asked who he is. */
export interface PageRules {
  /** Every page: somebody said so. */
  readonly everyPage: boolean;
  readonly origins: readonly string[];
  /** The address that the service listens on, and the one under which others reach it. */
  readonly listensOn: string;
  readonly publicUrl: string;
}

const hostnameOf = (host: string): string => {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
};
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/**
 * A browser sends what any page asks for, also to this machine, and without asking where CORS allows everybody. Where
 * nobody must say who he is, only pages count that are named, or come from this machine, or from the very host that is
 * asked. A name can be made to lead here once a page is loaded (DNS rebinding), and such a page shows its own name as
 * `Host`: on loopback that must be an address, `localhost`, or a name that the operator gave.
 */
export const mayPageCall = (
  { origin, host }: AskingPage,
  rules: PageRules,
): 'yes' | 'foreign_origin' | 'foreign_host' => {
  if (rules.everyPage) return 'yes';
  const asked = host === undefined ? '' : hostnameOf(host);
  const isLocal = isLoopback(rules.listensOn);
  if (origin !== undefined && !isKnown(origin, { asked, isLocal, ...rules })) return 'foreign_origin';
  if (!isLocal || host === undefined || isLoopback(asked) || isIP(bare(asked)) !== 0) return 'yes';
  const named = [rules.publicUrl, ...rules.origins]
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).hostname);
  return named.includes(asked) ? 'yes' : 'foreign_host';
};

const isKnown = (origin: string, rules: PageRules & { readonly asked: string; readonly isLocal: boolean }): boolean => {
  if (rules.origins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  if (isLoopback(hostname)) return true;
  return hostname !== '' && hostname === rules.asked && (!rules.isLocal || isIP(bare(hostname)) !== 0);
};

/** Throws `foreign_origin` or `foreign_host`. */
export const checkPage = (page: AskingPage, rules: PageRules): void => {
  const may = mayPageCall(page, rules);
  if (may === 'foreign_origin') throw new HarmoniaError(may, { origin: page.origin ?? '' });
  if (may === 'foreign_host') throw new HarmoniaError(may, { host: page.host ?? '' });
};
