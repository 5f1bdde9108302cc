import type { Config } from '../../config/index.js';
import { systemTimers } from '../../engine/embedded/index.js';
import type { Engine } from '../../engine/index.js';
import { HermesMembership, NO_HERMES, PeerWatch, ToolShelf, type Hermes } from '../../hermes/index.js';
import type { PeerDirectory } from '../../hermes/peer/index.js';
import type { HermesTool } from '../../hermes/ports/index.js';
import { componentBases } from '../../integration/index.js';
import type { Json } from '../../kernel/index.js';
import {
  HermesClient,
  HermesRegistration,
  type HermesLog,
  type Registration,
} from '../../tekton/utilities/registration/index.js';
import { COMPONENT } from './peers.js';

/** Texts, for Hermes takes no more; what is to be said of them stands in `metadata`. */
const CAPABILITIES = ['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'];
const RICH: Json = [
  {
    id: 'workflow.definition',
    name: 'Workflow definitions',
    description: 'Keeps, checks and versions workflow definitions.',
    parameters: { endpoint: '/api/v1/workflows' },
  },
  {
    id: 'workflow.execution',
    name: 'Workflow execution',
    description: 'Runs workflows durably; pauses, resumes, cancels and re-executes them.',
    parameters: { endpoint: '/api/v1/executions' },
  },
  {
    id: 'websocket',
    name: 'Events',
    description: 'Tells what happens, over WebSocket and server-sent events.',
    parameters: { websocket: '/ws/events', sse: '/events' },
  },
];

const registrationOf = (componentId: string, version: string): Registration => ({
  ...{ componentId, name: COMPONENT, version, capabilities: CAPABILITIES },
  metadata: {
    description: 'Runs graphs of plugin tasks durably.',
    ...{ category: 'workflow', health: '/health', documentation: '/api/v1/docs', capabilities: RICH },
  },
});

export interface HermesComposition {
  readonly config: Config;
  readonly version: string;
  readonly engine: Pick<Engine, 'status'>;
  readonly peers: PeerDirectory;
  /** Our tools, now. */
  readonly tools: () => readonly HermesTool[];
  readonly log: HermesLog;
}

/** The registration of the service. Nothing goes out before `begin`. */
export const createHermes = ({ config, version, engine, peers, tools, log }: HermesComposition): Hermes => {
  const { hermes, environment } = config;
  if (!hermes) return NO_HERMES;
  const { url, componentId, heartbeat, announced } = hermes;
  const timers = systemTimers;
  const client = new HermesClient({ url, timers });
  const shelf = new ToolShelf({ client, tools, component: COMPONENT, componentId, version });
  const isReady = (): boolean => engine.status().state === 'running' && engine.status().storage === undefined;
  const link = new HermesRegistration({
    ...{ hermes: client, belongings: shelf, timers, heartbeat, isReady, log },
    ...{ registration: registrationOf(componentId, version), idSetting: 'HARMONIA_COMPONENT_ID' },
    health: () => ({ status: isReady() ? 'healthy' : 'degraded', open_executions: engine.status().open }),
  });
  const configured = componentBases(environment);
  return new HermesMembership({
    ...{ client, link, shelf, componentId },
    ...{ directory: peers, watch: new PeerWatch({ client, directory: peers, timers, chance: Math.random }) },
    endpointAt: (port) => announced.url ?? `http://${announced.host}:${port}`,
    isConfigured: (component) => configured(component) !== undefined,
  });
};
