import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  answerFrameworkError,
  configureHttp,
  EventFeed,
  guardedServer,
  MAX_URL,
  type ApiSettings,
} from './api/index.js';
import { ServiceModule } from './app.module.js';
import { componentsIn } from './integration/index.js';
import { readConfig, readEnvironment, type Config } from './config/index.js';

/** ms beyond the grace of running attempts after which the process ends in any case. */
const LAST_RESORT = 10_000;

const packageVersion = (): string => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

const levels = (level: Config['logLevel']): ('debug' | 'log' | 'warn' | 'error')[] => {
  const all = ['debug', 'log', 'warn', 'error'] as const;
  return all.slice(all.indexOf(level === 'info' ? 'log' : level));
};

/** Creates the service's application, not yet listening. Tests pass less patient streams. */
export const createService = async (
  config: Config,
  streams: ApiSettings['streams'] = {},
): Promise<NestFastifyApplication> => {
  const { port, corsOrigins, limits } = config.http;
  const { maxBodyBytes, maxPayloadBytes } = config.limits;
  const version = packageVersion();
  const components = componentsIn(config.environment);
  const settings: ApiSettings = {
    ...{ version, port, corsOrigins, maxBodyBytes, maxPayloadBytes, limits, components },
    streams: { ...config.http.streams, ...streams },
  };
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    // The token of a callback is the longest parameter; its address may have some 4,000 characters.
    routerOptions: { maxParamLength: MAX_URL },
    frameworkErrors: answerFrameworkError,
    serverFactory: guardedServer(limits),
    // The server itself answers what is no request.
    clientErrorHandler: () => undefined,
  });
  const module = ServiceModule.register({ config, feed: new EventFeed(), settings });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: levels(config.logLevel),
    abortOnError: false,
  });
  await configureHttp(app, settings);
  return app;
};

/** Runs the service until it is told to stop. */
export const serve = async (): Promise<void> => {
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  const app = await createService(config);
  await app.listen(config.http.port, config.http.host);
  process.stdout.write(`Harmonia listens on ${await app.getUrl()}, data in ${config.dataDirectory}\n`);
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      setTimeout(() => process.exit(1), config.shutdownGrace + LAST_RESORT).unref();
      void app.close().then(resolve, resolve);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
  });
};
