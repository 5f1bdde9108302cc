import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { HarmoniaError } from '../../kernel/index.js';
import { fatal, type TaskFailure } from '../../plugin/contract/index.js';

/** One entry of the allow list, taken apart. */
type Allowed =
  | { readonly is: 'host'; readonly host: string; readonly suffix: boolean; readonly port: string | undefined }
  | { readonly is: 'range'; readonly range: readonly [ipaddr.IPv4 | ipaddr.IPv6, number] };

/** Where requests may go beside the public internet: `host`, `host:port`, `*.suffix`, `10.0.0.0/8`. A malformed entry throws `invalid_configuration`. */
export class AllowList {
  private readonly entries: readonly Allowed[];

  constructor(entries: readonly string[]) {
    this.entries = entries.map(parseEntry);
  }

  allowsHost(host: string, port: string): boolean {
    const name = bare(host);
    return this.entries.some((entry) => {
      if (entry.is !== 'host' || (entry.port !== undefined && entry.port !== port)) return false;
      return entry.suffix ? name.endsWith(entry.host) : name === entry.host;
    });
  }

  allowsAddress(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.entries.some((entry) => {
      if (entry.is !== 'range') return false;
      const [network, bits] = entry.range;
      return parsed.kind() === network.kind() && parsed.match(network, bits);
    });
  }
}

/** One spelling for each host: `[::0001]` is `::1`, `::ffff:10.0.0.1` is `10.0.0.1`. */
const bare = (host: string): string => {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return isIP(name) === 0 ? name : ipaddr.process(name).toString();
};

const malformed = (entry: string): HarmoniaError =>
  new HarmoniaError('invalid_configuration', {
    name: 'HARMONIA_HTTP_ALLOW',
    reason: `"${entry}" is no host, host:port, *.suffix or range of addresses such as 10.0.0.0/8`,
  });

const parseEntry = (entry: string): Allowed => {
  if (entry.includes('/')) {
    if (!ipaddr.isValidCIDR(entry)) throw malformed(entry);
    return { is: 'range', range: ipaddr.parseCIDR(entry) };
  }
  const [, wild, name, port] = ENTRY.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  // What the URL of a request is made, an entry is made as well: `0x7f.1` is 127.0.0.1, `bücher.example` is in ASCII.
  const url = `http://${name}`;
  if (name === undefined || !URL.canParse(url) || Number(port ?? 1) > 65_535) throw malformed(entry);
  const host = bare(new URL(url).hostname);
  if (wild && isIP(host) !== 0) throw malformed(entry);
  return { is: 'host', host: wild ? `.${host}` : host, suffix: wild !== undefined, port };
};

/** `*.`, a name or an address, a port. */
const ENTRY = /^(\*\.)?(\[[^\]]+\]|[^\s:@?#*\\[\]]+)(?::([1-9]\d{0,4}))?$/;

/** Looks public and is answered by the host of a virtual machine: the "wire server" of Azure, which hands out its settings. */
const OF_CLOUDS: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Whether an address belongs to the public internet. Anything that is mapped, tunnelled, reserved or local does not. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6) {
    if (parsed.isIPv4MappedAddress()) return isPublicAddress(parsed.toIPv4Address().toString());
    return parsed.range() === 'unicast' && !isOutsideGlobal(parsed);
  }
  return parsed.range() === 'unicast' && !OF_CLOUDS.has(parsed.toString());
};

/** Outside 2000::/3, which is all that is given out: `::127.0.0.1` (IPv4-compatible), for one. */
const isOutsideGlobal = (address: ipaddr.IPv6): boolean => !address.match(GLOBAL, 3);
const GLOBAL = ipaddr.IPv6.parse('2000::');

const blocked = (host: string, reason: string): TaskFailure =>
  fatal(
    'address_blocked',
    `Requests to ${host} are refused: ${reason}. Allow it with HARMONIA_HTTP_ALLOW if it is yours.`,
  );

/** The signature of `dns.lookup` with `all`. */
export type LookupAll = (
  host: string,
  options: { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

type Connected = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** What a guarded lookup goes by. */
export interface LookupGuard {
  readonly allow: AllowList;
  /** Where the connection goes. */
  readonly port: string;
  /** Default: the system's. */
  readonly lookup?: LookupAll;
}

/** The port of a URL, or of a connection, with the default of its protocol. */
export const portOf = ({ port, protocol }: { readonly port?: string | null; readonly protocol: string }): string =>
  port || (protocol === 'https:' ? '443' : '80');

/**
 * Resolves names for connections and refuses addresses that are not public, at the moment of the connection: a name
 * that changes its address after a check elsewhere (DNS rebinding) is caught too.
 */
export const guardedLookup =
  ({ allow, port, lookup = systemLookup }: LookupGuard) =>
  (host: string, options: { all?: boolean }, callback: Connected): void => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const fits = allow.allowsHost(host, port)
        ? addresses
        : addresses.filter(({ address }) => isPublicAddress(address) || allow.allowsAddress(address));
      const [first] = fits;
      if (!first) return callback(blocked(host, 'it resolves to an address that is not public'), []);
      if (options.all) callback(null, fits);
      else callback(null, first.address, first.family);
    });
  };

/** Refuses URLs that name a blocked address, or another protocol: literal addresses are never looked up. */
export const checkUrl = (url: URL, allow: AllowList): void => {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw fatal('address_blocked', `Requests by ${url.protocol} are refused: only http and https are allowed.`);
  const host = bare(url.hostname);
  if (isIP(host) === 0 || allow.allowsHost(host, portOf(url)) || allow.allowsAddress(host)) return;
  if (!isPublicAddress(host)) throw blocked(host, 'the address is not public');
};
