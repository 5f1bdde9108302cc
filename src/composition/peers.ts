import { isIP } from 'node:net';
import type { Config } from '../config/index.js';
import { PeerDirectory } from '../hermes/peer/index.js';
import { AllowList } from '../integration/index.js';

/** The launcher, the status tool and the user interface know us by it. */
export const COMPONENT = 'harmonia';

const isLoopback = (host: string): boolean => /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/i.test(host);

/**
 * Anybody can register anything with Hermes, so an address that it lists is a stranger's word. It is believed of the
 * hosts that the operator has named: that of Hermes, TEKTON_HOST, those of HARMONIA_HTTP_ALLOW.
 */
const trustedHosts = ({ hermes, httpAllow, environment }: Config): ((endpoint: URL) => boolean) => {
  const allowed = new AllowList(httpAllow);
  const named = [hermes ? new URL(hermes.url).hostname : '', environment.TEKTON_HOST ?? ''].filter(
    (host) => host !== '',
  );
  const isNamed = (host: string): boolean =>
    named.some((one) => one.toLowerCase() === host || (isLoopback(one) && isLoopback(host)));
  return ({ hostname, port, protocol }) => {
    const bare = hostname.replace(/^\[|\]$/g, '');
    if (isNamed(hostname) || (isIP(bare) !== 0 && allowed.allowsAddress(bare))) return true;
    return allowed.allowsHost(hostname, port || (protocol === 'https:' ? '443' : '80'));
  };
};

/** What Hermes lists. Without Hermes there is nothing in it. */
export const createPeers = (config: Config): PeerDirectory =>
  new PeerDirectory({ self: COMPONENT, trusts: trustedHosts(config) });
