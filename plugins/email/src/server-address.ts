import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { fatal, transient } from '@tekton/harmonia/plugin';

const GLOBAL = ipaddr.IPv6.parse('2000::');
const GLOBAL_BITS = 3;

/** Whether an address belongs to the public internet. What is mapped, tunnelled, reserved or local does not. */
export const isPublic = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (!(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL, GLOBAL_BITS));
};

/**
 * The address to connect to. Looked up once, checked, and then used as it is: a name that changes its address after
 * the check leads nowhere else.
 */
export const serverAddress = async (host: string, isTrusted: boolean): Promise<string> => {
  let addresses: readonly { address: string }[];
  try {
    // IPv4 first: more servers have no route for IPv6 than the other way round.
    addresses = await lookup(host, { all: true, verbatim: false });
  } catch (error) {
    throw transient('email_unreachable', `The SMTP server ${host} has no address: ${(error as Error).message}.`);
  }
  const found = addresses.find(({ address }) => isTrusted || isPublic(address));
  if (found) return found.address;
  throw fatal(
    'address_blocked',
    `The SMTP server ${host} has no public address. If it is yours, name it in the setting \`host\` or \`allow_hosts\` of the plugin email.`,
  );
};
