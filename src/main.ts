import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerFrameworkError, configureHttp, EventFeed, type ApiSettings } from './api/index.js';
import { ServiceModule } from './app.module.js';
import { currentMasking } from './composition/current-masking.js';
import { nestLogger } from './composition/log/nest-log.js';
import { createServiceLog, type ServiceLog } from './composition/log/service-log.js';
import { componentsIn } from './integration/index.js';
import { readConfig, readEnvironment, type Config } from './config/index.js';
import type { Harmonia } from './harmonia.js';
import { HARMONIA } from './nest/index.js';
import { ConversationContexts } from './tekton/utilities/conversation/index.js';
import { Lifecycle, LIFECYCLE_EXIT } from './tekton/utilities/lifecycle/index.js';

/** ms beyond the grace of running attempts after which the process ends in any case. */
const LAST_RESORT = 10_000;

const packageVersion = (): string => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

/** Creates the service's application, not yet listening. Tests pass less patient streams. */
export const createService = async (
  config: Config,
  streams: ApiSettings['streams'] = {},
  { log, maskAlso }: ServiceLog = createServiceLog(config),
): Promise<NestFastifyApplication> => {
  const { port, corsOrigins } = config.http;
  const { maxBodyBytes, maxPayloadBytes } = config.limits;
  const version = packageVersion();
  const components = componentsIn(config.environment);
  const conversations = new ConversationContexts();
  const settings: ApiSettings = {
    ...{ version, port, corsOrigins, maxBodyBytes, maxPayloadBytes, components, streams, conversations },
  };
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    frameworkErrors: answerFrameworkError,
  });
  const module = ServiceModule.register({ config, feed: new EventFeed(), settings, log });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(log),
    abortOnError: false,
  });
  const { credentials } = app.get<Harmonia>(HARMONIA, { strict: false });
  const masking = currentMasking(credentials.forTasks);
  maskAlso((text) => masking().text(text));
  configureHttp(app, settings);
  return app;
};

/** Characters of a path's parameter: the token of a callback is the longest. Its address may have some 4,000. */
const LONGEST_PARAMETER = 8192;

/** Runs the service until it is told to stop. Throws what keeps it from starting. */
export const serve = async (): Promise<void> => {
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  const said = createServiceLog(config);
  let failure: unknown;
  const life = new Lifecycle({
    component: 'harmonia',
    start: async () => {
      const app = await createService(config, {}, said);
      life.opened('the service', () => app.close());
      await app.listen(config.http.port, config.http.host);
      said.log.info(`Harmonia listens on ${await app.getUrl()}, data in ${config.dataDirectory}`);
    },
    grace: config.shutdownGrace + LAST_RESORT,
    onEvent: (event, error) => {
      if (event === 'start_failed') failure = (error as Error).cause;
      else if (error instanceof Error) said.log.error(error.message, error);
      else said.log.debug(event);
    },
  });
  const code = await life.run();
  if (failure !== undefined) throw failure;
  // Something is still under way, and nobody waits for it any more.
  if (code !== LIFECYCLE_EXIT.done) process.exit(code);
};
