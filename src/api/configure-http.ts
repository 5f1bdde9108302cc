import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HookReceiver } from '../integration/ports/index.js';
import { duplicateKeys, fault, HarmoniaError, jsonDepth, type Json } from '../kernel/index.js';
import type { RequestMeter } from '../telemetry/ports/index.js';
import { parseYaml } from '../yaml/index.js';
import { guardRoutes } from './access/guard-routes.js';
import { admitSockets } from './access/admit-sockets.js';
import { hasBody, isHook, readHookBodies } from './hook-bodies.js';
import { openApiDocument } from './openapi.js';
import { Admission } from './limits/admission.js';
import { checkHeads, limitRequests } from './limits/limit-requests.js';
import { Peers } from './limits/peers.js';
import { addSecurityHeaders, pagePolicy } from './limits/security-headers.js';
import { hasMoreValues, MAX_VALUES } from './limits/value-count.js';
import { carryContexts } from './request-contexts.js';
import { OpenSockets } from './open-sockets.js';
import { ErrorFilter } from './rest/error/error-filter.js';
import { requestFault, validationPipe } from './rest/validation.js';
import { meterRequests } from './rest/infrastructure/meter-requests.js';
import { ServedRoutes } from './served-routes.js';
import { HOOKS, REQUEST_METER, type ApiSettings } from './tokens.js';
import { PatternWsAdapter } from './ws/pattern-ws-adapter.js';

const VIEWER_FILES = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const YAML_TYPES = /^(application|text)\/(x-)?yaml(;|$)/;
const JSON_TYPES = /^application\/(json|[\w.-]+\+json)(\s*;|$)/;

const VIEWER = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harmonia API</title>
<link rel="stylesheet" href="/api/v1/docs/swagger-ui.css"></head>
<body><div id="viewer"></div><script src="/api/v1/docs/swagger-ui-bundle.js"></script>
<script src="/api/v1/docs/start.js"></script></body></html>`;
/** Without `validatorUrl: null` the viewer would tell a service of somebody else where this one is. */
const START = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#viewer', validatorUrl: null });`;

/** Characters of a body in YAML: to read as many takes a second, in which nobody else is answered. */
const MAX_YAML = 2 ** 20;
/** What pages of other origins may send, and which headers of answers they may read beside those that they always may. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const EXPOSED = [
  'Idempotent-Replayed',
  'Location',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'X-Request-ID',
  'X-Context-ID',
];

/** Levels of nested JSON in a body. */
const MAX_DEPTH = 128;

const readable = (type: string): boolean => JSON_TYPES.test(type) || YAML_TYPES.test(type);

/** Refuses bodies of other types, a web form among them: a page from elsewhere may send one without asking. */
const checkType = (request: FastifyRequest): void => {
  const type = request.headers['content-type'];
  if (type === undefined || readable(type.trim().toLowerCase())) return;
  throw new HarmoniaError('invalid_request', {
    reason: `the content type ${type.slice(0, 100)} is neither JSON nor YAML`,
  });
};

const checkDepth = ({ body }: FastifyRequest): void => {
  if (jsonDepth((body ?? null) as Json, MAX_DEPTH + 1) > MAX_DEPTH)
    throw requestFault(fault('nesting_too_deep', '', { limit: MAX_DEPTH }));
};

/** As Fastify reads JSON, but a key that stands twice is a fault: `JSON.parse` would keep the last without a word. */
const readJson = (app: NestFastifyApplication, bodyLimit: number): void => {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    const text = body.toString('utf8');
    if (hasMoreValues(text, MAX_VALUES)) return done(requestFault(fault('too_many_values', '', { limit: MAX_VALUES })));
    void parse(request as FastifyRequest, text, (error, value: unknown) => {
      const faults = error ? [] : duplicateKeys(text);
      done(faults.length > 0 ? requestFault(...faults) : error, value);
    });
  });
};

const addBodyRules = (fastify: FastifyInstance): void => {
  fastify.addContentTypeParser(YAML_TYPES, { parseAs: 'string' }, (_request, body, done) => {
    const { length: size } = body;
    if (size > MAX_YAML) return done(new HarmoniaError('yaml_too_large', { size, limit: MAX_YAML }));
    const parsed = parseYaml(body as string);
    if (parsed.ok) done(null, parsed.value);
    else done(new HarmoniaError('invalid_request', { reason: parsed.error }));
  });
  fastify.addHook('onRequest', async (request) => {
    // Many clients name a type for every POST, also for one without a body.
    if (!hasBody(request)) delete request.headers['content-type'];
    else if (!isHook(request)) checkType(request);
    return Promise.resolve();
  });
  fastify.addHook('preValidation', async (request) => {
    if (!isHook(request)) checkDepth(request);
    return Promise.resolve();
  });
};

/** Everything about the HTTP side that is no controller: pipes, errors, sockets, bodies, headers, the contract. */
export const configureHttp = async (app: NestFastifyApplication, settings: ApiSettings): Promise<void> => {
  await addSecurityHeaders(app, settings.limits, app.get(Peers));
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ErrorFilter());
  app.useWebSocketAdapter(new PatternWsAdapter(app, settings.corsOrigins, admitSockets(app)));
  const everybody = settings.corsOrigins.includes('*');
  app.enableCors({
    origin: everybody ? '*' : [...settings.corsOrigins],
    credentials: false,
    strictPreflight: false,
    methods: METHODS,
    exposedHeaders: EXPOSED,
  });
  const fastify = app.getHttpAdapter().getInstance();
  checkHeads(fastify);
  guardRoutes(app);
  limitRequests(fastify, app.get(Admission));
  carryContexts(fastify, (id) => settings.conversations.has(id));
  app.get(OpenSockets).watch(fastify);
  readJson(app, settings.maxBodyBytes);
  addBodyRules(fastify);
  meterRequests(fastify, () => app.get<RequestMeter>(REQUEST_METER, { strict: false }));
  readHookBodies(fastify, () => app.get<HookReceiver>(HOOKS, { strict: false }));
  serveContract(app, settings);
};

const serveContract = (app: NestFastifyApplication, { version, limits }: ApiSettings): void => {
  const policy = pagePolicy(limits.frameAncestors);
  const fastify = app.getHttpAdapter().getInstance();
  const routes = app.get(ServedRoutes);
  routes.describedBy(() => openApiDocument(app, version));
  fastify.get('/api/v1/openapi.json', (_request, reply) => {
    void reply.type('application/json; charset=utf-8').send(JSON.stringify(routes.document()));
  });
  app.useStaticAssets({ root: VIEWER_FILES, prefix: '/api/v1/docs/', index: false, decorateReply: false });
  fastify.get('/docs', (_request, reply) => void reply.redirect('/api/v1/docs'));
  fastify.get('/api/v1/docs', (_request, reply) => {
    void reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(VIEWER);
  });
  fastify.get(
    '/api/v1/docs/start.js',
    (_request, reply) => void reply.type('text/javascript; charset=utf-8').send(START),
  );
};
