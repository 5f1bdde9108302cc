import type { Config } from '../config/index.js';
import { componentBases, componentsIn } from '../integration/index.js';
import type { LlmStatus, LlmTransportStatus } from '../llm/ports/index.js';
import type { PeerState, Platform } from '../tekton/ports/index.js';

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

export interface PlatformParts {
  readonly config: Config;
  /** What is known of language models; asks none. */
  readonly llm: () => LlmStatus;
}

/** The platform as this process remembers it. */
export const createPlatform = ({ config, llm }: PlatformParts): Platform => {
  const baseOf = componentBases(config.environment);
  const bases = componentsIn(config.environment).flatMap((name) => {
    const base = baseOf(name);
    return base === undefined ? [] : [[name, base] as const];
  });
  const rhetor = config.llm.rhetorUrl;
  return {
    peers: () => [llmPeer(llm())],
    addresses: () => ({ ...Object.fromEntries(bases), ...(rhetor !== undefined && { rhetor }) }),
  };
};
