import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Instant } from '../kernel/index.js';

/** So many wrong credentials from one address within this time; what comes then is not looked at. */
const MOST = 20;
const WINDOW = 60_000;
/** Addresses that are remembered: whoever has many can not fill the memory. */
const ADDRESSES = 10_000;

interface Counted {
  readonly since: Instant;
  count: number;
}

/** A network of IPv6 is one address: whoever has one has 2⁶⁴. */
const networkOf = (peer: string): string => {
  if (!isIPv6(peer)) return peer;
  if (peer.startsWith('::ffff:')) return peer.slice('::ffff:'.length);
  const [head = '', tail = ''] = peer.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail.split(':').filter((group) => group !== '');
  const zeros = peer.includes('::') ? 8 - groups.length - rest.length : 0;
  return [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...rest].slice(0, 4).join(':');
};

/** Counts wrong credentials by the address that they came from. In memory: a restart forgets. */
export class Failures {
  private readonly counted = new LRUCache<string, Counted>({ max: ADDRESSES });

  failed(peer: string, now: Instant): void {
    const network = networkOf(peer);
    const known = this.counted.get(network);
    if (known && known.since + WINDOW > now) known.count += 1;
    else this.counted.set(network, { since: now, count: 1 });
  }

  /** ms until what comes from there is looked at again; undefined: it is now. */
  restOf(peer: string, now: Instant): number | undefined {
    if (this.counted.size === 0) return undefined;
    const known = this.counted.get(networkOf(peer));
    if (!known || known.count < MOST) return undefined;
    const rest = known.since + WINDOW - now;
    return rest > 0 ? rest : undefined;
  }
}
