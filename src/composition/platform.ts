import type { Config } from '../config/index.js';
import type { HermesStatus } from '../hermes/ports/index.js';
import { componentBases, componentsIn } from '../integration/index.js';
import type { LlmStatus, LlmTransportStatus } from '../llm/ports/index.js';
import type { HermesPresence, PeerState, Platform } from '../tekton/ports/index.js';

const USABLE: readonly LlmTransportStatus['state']['is'][] = ['ready', 'trying'];

/** The ways to a model as one: it is there as long as one of them is. */
export const llmPeer = ({ mode, transports }: LlmStatus): PeerState => {
  const about = { name: 'llm', endpoint: transports[0]?.address, lastCheck: undefined };
  if (transports.length === 0)
    return { ...about, status: 'unknown', message: mode === 'off' ? 'it is switched off' : 'none is configured' };
  const states = transports.map(({ state }) => state.is);
  const message = transports.map(({ id, state }) => `${id}: ${state.is}`).join(', ');
  if (states.some((state) => USABLE.includes(state))) return { ...about, status: 'healthy', message };
  return { ...about, status: states.includes('unknown') ? 'unknown' : 'unhealthy', message };
};

/** Where Hermes is, as the platform says it; undefined: nobody says. */
const hermesUrl = ({ hermes, environment }: Config): string | undefined =>
  hermes?.url ?? componentBases(environment)('hermes');

/** How Hermes knows us, by what is known of it here. */
export const hermesPresence = (config: Config, status: HermesStatus): HermesPresence => {
  const about = { name: 'hermes', endpoint: hermesUrl(config) } as const;
  if (!status.configured) {
    const message = 'Harmonia does not register';
    return { isRegistered: false, state: { ...about, status: 'unknown', message, lastCheck: undefined } };
  }
  const { state, trouble, lastHeard: lastCheck } = status;
  const isRegistered = state === 'registered';
  const health = isRegistered ? 'healthy' : trouble === undefined ? 'unknown' : 'unhealthy';
  return { isRegistered, state: { ...about, status: health, message: trouble ?? state, lastCheck } };
};

export interface PlatformParts {
  readonly config: Config;
  /** What is known of language models; asks none. */
  readonly llm: () => LlmStatus;
  /** What is known of Hermes; asks it nothing. */
  readonly hermes: () => HermesPresence;
}

/** The platform as this process remembers it. */
export const createPlatform = ({ config, llm, hermes }: PlatformParts): Platform => {
  const baseOf = componentBases(config.environment);
  const bases = componentsIn(config.environment).flatMap((name) => {
    const base = baseOf(name);
    return base === undefined ? [] : [[name, base] as const];
  });
  const rhetor = config.llm.rhetorUrl;
  return {
    get isRegistered() {
      return hermes().isRegistered;
    },
    peers: () => [hermes().state, llmPeer(llm())],
    addresses: () => {
      const { endpoint } = hermes().state;
      return {
        ...Object.fromEntries(bases),
        ...(rhetor !== undefined && { rhetor }),
        ...(endpoint !== undefined && { hermes: endpoint }),
      };
    },
  };
};
