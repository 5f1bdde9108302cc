import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseDocument } from 'yaml';
import { HarmoniaError } from '../kernel/index.js';
import { openApiDocument } from './openapi.js';
import { ErrorFilter } from './rest/error-filter.js';
import { validationPipe } from './rest/validation.js';
import type { ApiSettings } from './tokens.js';
import { PatternWsAdapter } from './ws/pattern-ws-adapter.js';

const VIEWER_FILES = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const YAML_TYPES = /^(application|text)\/(x-)?yaml(;|$)/;

const VIEWER = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harmonia API</title>
<link rel="stylesheet" href="/api/v1/docs/swagger-ui.css"></head>
<body><div id="viewer"></div><script src="/api/v1/docs/swagger-ui-bundle.js"></script>
<script src="/api/v1/docs/start.js"></script></body></html>`;
const START = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#viewer' });`;

const parseYaml = (text: string): unknown => {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new HarmoniaError('invalid_request', { reason: error.message });
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (failure) {
    throw new HarmoniaError('invalid_request', { reason: (failure as Error).message });
  }
};

/** Everything about the HTTP side that is no controller: pipes, errors, sockets, bodies, headers, the contract. */
export const configureHttp = (app: NestFastifyApplication, settings: ApiSettings): void => {
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ErrorFilter());
  app.useWebSocketAdapter(new PatternWsAdapter(app, settings.corsOrigins));
  const everybody = settings.corsOrigins.includes('*');
  app.enableCors({ origin: everybody ? '*' : [...settings.corsOrigins], credentials: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(YAML_TYPES, { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseYaml(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onSend', async (_request, reply) => {
    void reply
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('x-frame-options', 'SAMEORIGIN');
    return Promise.resolve();
  });
  serveContract(app, settings);
};

/** Made on the first request: it would cost the start a second. */
const serveContract = (app: NestFastifyApplication, { version }: ApiSettings): void => {
  const fastify = app.getHttpAdapter().getInstance();
  let document: unknown;
  fastify.get('/api/v1/openapi.json', (_request, reply) => {
    document ??= openApiDocument(app, version);
    void reply.type('application/json; charset=utf-8').send(JSON.stringify(document));
  });
  app.useStaticAssets({ root: VIEWER_FILES, prefix: '/api/v1/docs/', index: false, decorateReply: false });
  fastify.get('/api/v1/docs', (_request, reply) => void reply.type('text/html; charset=utf-8').send(VIEWER));
  fastify.get(
    '/api/v1/docs/start.js',
    (_request, reply) => void reply.type('text/javascript; charset=utf-8').send(START),
  );
};
