import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mustBeClosed } from './access/index.js';
import {
  answerFrameworkError,
  configureHttp,
  EventFeed,
  speakOverPipes,
  type ApiSettings,
  type Pipes,
} from './api/index.js';
import { ServiceModule } from './app.module.js';
import { currentMasking } from './composition/current-masking.js';
import { nestLogger } from './composition/log/nest-log.js';
import { createServiceLog, type ServiceLog } from './composition/log/service-log.js';
import { componentsIn } from './integration/index.js';
import { readConfig, readEnvironment, type Config } from './config/index.js';
import type { Harmonia } from './harmonia.js';
import { HARMONIA } from './nest/index.js';

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
  const { publicUrl } = config;
  const settings: ApiSettings = {
    version,
    port,
    corsOrigins,
    publicUrl,
    maxBodyBytes,
    maxPayloadBytes,
    components,
    streams,
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

/** Runs the service until it is told to stop. */
export const serve = async (): Promise<void> => {
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  mustBeClosed({ host: config.http.host, ...config.access });
  const said = createServiceLog(config);
  const app = await createService(config, {}, said);
  await app.listen(config.http.port, config.http.host);
  said.log.info(`Harmonia listens on ${await app.getUrl()}, data in ${config.dataDirectory}`);
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      setTimeout(() => process.exit(1), config.shutdownGrace + LAST_RESORT).unref();
      void app.close().then(resolve, resolve);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
  });
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
