import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mustBeClosed } from './access/index.js';
import {
  answerFrameworkError,
  configureHttp,
  EventFeed,
  guardedServer,
  MAX_URL,
  OpenSockets,
  speakOverPipes,
  type ApiSettings,
  type Pipes,
} from './api/index.js';
import { ServiceModule } from './app.module.js';
import { currentMasking } from './composition/current-masking.js';
import { nestLogger } from './composition/log/nest-log.js';
import { createServiceLog, type ServiceLog } from './composition/log/service-log.js';
import {
  demandPorts,
  readConfig,
  readEnvironment,
  startUpSettings,
  type Config,
  type Environment,
} from './config/index.js';
import { createHarmonia, type Harmonia } from './harmonia.js';
import { HermesLifecycle } from './hermes/index.js';
import { componentsIn } from './integration/index.js';
import { HARMONIA } from './nest/index.js';
import { ShutdownDesk, type StopRequest } from './tekton/lifecycle/index.js';
import type { Shutdown } from './tekton/ports/index.js';
import { ConversationContexts } from './tekton/utilities/conversation/index.js';
import { Lifecycle } from './tekton/utilities/lifecycle/index.js';
import type { Log } from './tekton/utilities/logging/index.js';

/** ms beyond the grace of running attempts after which the process ends in any case. */
const LAST_RESORT = 2000;
/** ms. Time is counted in turns: a process that gets no turns on a loaded machine is not one that hangs. */
const TURN = 100;
/** ms that running attempts get when the service is asked to stop over the network: who asks waits three seconds. */
const HASTE = 1000;
/** What the platform's stop command looks for in a command line; without it paths with `root` or `system` are refused. */
const TITLE = 'tekton-harmonia';

const packageVersion = (): string => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

/** What the service speaks to, and what stops it. */
export interface ServiceSurroundings {
  readonly said?: ServiceLog;
  readonly shutdown?: Shutdown;
}

/** Creates the service's application, not yet listening. Tests pass less patient streams. */
export const createService = async (
  config: Config,
  streams: ApiSettings['streams'] = {},
  {
    said = createServiceLog(config),
    shutdown = new ShutdownDesk(config.tekton.shutdownToken),
  }: ServiceSurroundings = {},
): Promise<NestFastifyApplication> => {
  const { port, corsOrigins, limits } = config.http;
  const { maxBodyBytes, maxPayloadBytes } = config.limits;
  const version = packageVersion();
  const components = componentsIn(config.environment);
  const { publicUrl } = config;
  const conversations = new ConversationContexts();
  const settings: ApiSettings = {
    ...{ version, port, publicUrl, corsOrigins, maxBodyBytes, maxPayloadBytes, limits, components, conversations },
    streams: { ...config.http.streams, ...streams },
  };
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    // The token of a callback is the longest parameter; its address may have some 4,000 characters.
    routerOptions: { maxParamLength: MAX_URL },
    frameworkErrors: answerFrameworkError,
    trustProxy: limits.trustedProxies.length > 0 && [...limits.trustedProxies],
    serverFactory: guardedServer(limits),
    // The server itself answers what is no request.
    clientErrorHandler: () => undefined,
  });
  const { log, maskAlso } = said;
  const module = ServiceModule.register({ config, feed: new EventFeed(), shutdown, settings, log });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(log),
    abortOnError: false,
  });
  const { credentials } = app.get<Harmonia>(HARMONIA, { strict: false });
  const masking = currentMasking(credentials.forTasks);
  maskAlso((text) => masking().text(text));
  await configureHttp(app, settings);
  return app;
};

/** A service that listens, and what ends it in order. */
interface Serving {
  readonly app: NestFastifyApplication;
  readonly life: Lifecycle;
  /** ms that running attempts get. */
  readonly patience: (ms: number) => void;
}

/** Creates the service and has it listen. Throws what keeps it from that. */
const begin = async (config: Config, shutdown: Shutdown, said: ServiceLog): Promise<Serving> => {
  const app = await createService(config, {}, { said, shutdown });
  let grace = config.shutdownGrace;
  const life = new Lifecycle({
    component: 'harmonia',
    start: () => app.listen(config.http.port, config.http.host).then(() => undefined),
    onEvent: (event, error) => {
      if (error instanceof Error && event !== 'start_failed') said.log.error(error.message, error);
    },
  });
  life.opened('the service', async () => {
    // The first call says for how long; closing the application waits for it, and unregisters at Hermes meanwhile.
    const ended = app.get<Harmonia>(HARMONIA, { strict: false }).close(grace);
    await Promise.all([ended, app.close()]);
  });
  await life.start().catch((error: Error) => {
    throw error.cause;
  });
  // Looked for before somebody asks: who asks first would wait for a Rhetor that hangs.
  void app.get<Harmonia>(HARMONIA, { strict: false }).llm.initialize();
  return { app, life, patience: (ms) => void (grace = ms) };
};

/** Ends everything in order; what takes too long is cut off, and goes on after the next start. */
const stop = async ({ app, life, patience }: Serving, { is }: StopRequest, usual: number): Promise<void> => {
  const grace = is === 'asked' ? Math.min(usual, HASTE) : usual;
  patience(grace);
  let code = 1;
  let turns = (grace + LAST_RESORT) / TURN;
  setInterval(() => {
    turns -= 1;
    if (turns > 0) return;
    app.get(OpenSockets).reset();
    process.exit(code);
  }, TURN).unref();
  // First, and beside all else: nobody is sent here any more.
  app.get(HermesLifecycle, { strict: false }).leave();
  code = await life.stop(grace + LAST_RESORT);
};

/** Settings of this process, `given` over those of the environment. */
const settingsOf = (given: Environment): Environment => {
  const around = { ...readEnvironment(process.cwd(), process.env), ...given };
  const { STARTUP_INSTRUCTIONS_FILE: file } = around;
  return file ? { ...around, ...startUpSettings(file), ...given } : around;
};

const warnOfUnused = ({ tekton: { unused } }: Config, log: Log): void => {
  if (unused.length > 0) log.warn(`Set, but without a meaning here (docs/configuration.md): ${unused.join(', ')}`);
};

/** Runs the service until it is told to stop. `given`: settings that win over the environment. */
export const serve = async (given: Environment = {}): Promise<void> => {
  const environment = settingsOf(given);
  demandPorts(environment);
  const config = readConfig(environment);
  mustBeClosed({ host: config.http.host, ...config.access });
  process.title = TITLE;
  const said = createServiceLog(config);
  warnOfUnused(config, said.log);
  const shutdown = new ShutdownDesk(config.tekton.shutdownToken);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => shutdown.signal(name));
  const serving = await begin(config, shutdown, said);
  said.log.info(`Harmonia listens on ${await serving.app.getUrl()}, data in ${config.dataDirectory}`);
  const request = await shutdown.requested;
  said.log.info(`Harmonia stops: ${request.by}`);
  await stop(serving, request, config.shutdownGrace);
};

/** Makes the data directory, the database and the key of credentials, and loads the plugins; serves nothing. */
export const prepare = async (given: Environment = {}): Promise<string> => {
  const config = readConfig(settingsOf(given));
  const { log } = createServiceLog(config);
  warnOfUnused(config, log);
  const onTrouble = (what: string): void => log.error(what);
  const harmonia = await createHarmonia({ config, notifier: new EventFeed(), onTrouble, log });
  await harmonia.close(0);
  return config.dataDirectory;
};

/** Speaks MCP at two pipes until the client hangs up, with an engine of its own. Serves nothing else, and says little. */
export const serveMcp = async (config: Config, pipes: Pipes): Promise<void> => {
  const level = config.log.level === 'INFO' ? 'WARN' : config.log.level;
  const app = await createService({ ...config, log: { ...config.log, level } });
  try {
    await app.init();
    await speakOverPipes(app, pipes);
  } finally {
    await app.close();
  }
};
