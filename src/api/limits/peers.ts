import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

const UNKNOWN = 'unknown';
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

  /** `trustedProxies`: addresses and ranges; a wrong one throws. */
  constructor(trustedProxies: readonly string[]) {
    this.trusted = trustedProxies.map(rangeIn);
  }

  /**
   * The address that is counted: an IPv4 address, or the /64 of an IPv6 one. Behind trusted proxies it is the last one
   * of `X-Forwarded-For` that is none of them; what stands before it anybody may have written.
   */
  addressOf({ headers, socket }: Asked): string {
    let last = addressIn(socket.remoteAddress ?? '');
    if (last === undefined) return UNKNOWN;
    if (!this.isTrusted(last)) return counted(last);
    const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (const text of said.reverse()) {
      const address = addressIn(text.trim());
      if (address === undefined) break;
      last = address;
      if (!this.isTrusted(address)) break;
    }
    return counted(last);
  }

  /** Whether the client speaks TLS, to this service or to a trusted proxy before it. */
  isSecure({ headers, socket }: Asked): boolean {
    if ('encrypted' in socket && socket.encrypted === true) return true;
    return this.isProxy(socket.remoteAddress) && headers['x-forwarded-proto'] === 'https';
  }

  /** Whether connections from an address are those of many clients. */
  isProxy(remote: string | undefined): boolean {
    const address = addressIn(remote ?? '');
    return address !== undefined && this.isTrusted(address);
  }

  private isTrusted(address: Address): boolean {
    return this.trusted.some((range) => isWithin(address, range));
  }
}
