import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** What is known of a peer. */
interface Peer {
  readonly address: string;
  readonly counted: string;
  readonly isTrusted: boolean;
}

const UNKNOWN = 'unknown';
/** Peers that are remembered: to take an address apart costs more than all the rest that is done here. */
const REMEMBERED = 4096;
/** A network gives every machine a whole /64 of IPv6; what is counted by address is counted by that. */
const NETWORK_BITS = 64;

const addressIn = (text: string): Address | undefined => {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return ipaddr.isValid(bare) && !/^\d+$/.test(bare) ? ipaddr.process(bare) : undefined;
};

const rangeIn = (text: string): Range => {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

const isWithin = (address: Address, [network, bits]: Range): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

const counted = (address: Address): string => {
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, NETWORK_BITS / 16)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
};

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Who a request comes from, through the proxies that are trusted and no others. */
export class Peers {
  private readonly trusted: readonly Range[];
  private readonly known = new LRUCache<string, Peer>({ max: REMEMBERED });

  /** `trustedProxies`: addresses and ranges; a wrong one throws. */
  constructor(trustedProxies: readonly string[]) {
    this.trusted = trustedProxies.map(rangeIn);
  }

  /**
   * The address that is counted: an IPv4 address, or the /64 of an IPv6 one. Behind trusted proxies it is the last one
   * of `X-Forwarded-For` that is none of them; what stands before it anybody may have written.
   */
  addressOf(request: Asked): string {
    return this.from(request)?.counted ?? UNKNOWN;
  }

  /** The same, of an address that is known already. */
  countedAs(address: string): string {
    return this.peer(address)?.counted ?? UNKNOWN;
  }

  /** The address itself, as records show it; empty: it is not known. */
  remoteOf(request: Asked): string {
    return this.from(request)?.address ?? '';
  }

  private from({ headers, socket }: Asked): Peer | undefined {
    let last = this.peer(socket.remoteAddress);
    if (!last?.isTrusted) return last;
    const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (const text of said.reverse()) {
      const peer = this.peer(text.trim());
      if (!peer) break;
      last = peer;
      if (!peer.isTrusted) break;
    }
    return last;
  }

  /** Whether the client speaks TLS, to this service or to a trusted proxy before it. */
  isSecure({ headers, socket }: Asked): boolean {
    if ('encrypted' in socket && socket.encrypted === true) return true;
    return headers['x-forwarded-proto'] === 'https' && this.isProxy(socket.remoteAddress);
  }

  /** Whether connections from an address are those of many clients. */
  isProxy(remote: string | undefined): boolean {
    return this.peer(remote)?.isTrusted === true;
  }

  private peer(text = ''): Peer | undefined {
    const known = this.known.get(text);
    if (known) return known;
    const address = addressIn(text);
    if (!address) return undefined;
    const isTrusted = this.trusted.some((range) => isWithin(address, range));
    const peer = { address: address.toString(), counted: counted(address), isTrusted };
    this.known.set(text, peer);
    return peer;
  }
}
