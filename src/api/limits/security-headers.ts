import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { HttpLimits } from './http-limits.js';
import type { Peers } from './peers.js';

/** Two years, as browsers want it that keep a list of such hosts. */
const HSTS = `max-age=${2 * 365 * 86_400}; includeSubDomains`;

type Directives = Record<string, readonly string[]>;

const policy = (directives: Directives): string =>
  Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');

/** Answers are data: should a browser ever take one for a page, nothing in it runs. */
const data = (frameAncestors: readonly string[]): Directives => ({
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': frameAncestors,
});

/** The page that shows the contract: its own scripts, and styles and images that the viewer writes into it. */
export const pagePolicy = (frameAncestors: readonly string[]): string =>
  policy({
    ...data(frameAncestors),
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
  });

/**
 * The headers of helmet, with what Hephaestus needs: its page, of another origin, may frame ours (`frame-ancestors`;
 * X-Frame-Options knows no list), load our scripts (Cross-Origin-Resource-Policy) and has no embedder policy.
 */
const options = ({ frameAncestors }: HttpLimits): FastifyHelmetOptions => ({
  global: false,
  contentSecurityPolicy: { useDefaults: false, directives: data(frameAncestors) },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  crossOriginEmbedderPolicy: false,
  frameguard: false,
  // Only behind TLS: see below.
  hsts: false,
  referrerPolicy: { policy: 'no-referrer' },
  // Of browsers and plugins that are gone, or without a meaning for data.
  ...{ xDownloadOptions: false, xPermittedCrossDomainPolicies: false, xXssProtection: false },
  ...{ xDnsPrefetchControl: false, originAgentCluster: false },
});

/** What helmet puts on an answer. It makes all of it anew each time, which takes longer than most of our answers. */
const headersOfHelmet = (reply: FastifyReply): Record<string, string> => {
  const { raw } = reply;
  const before = new Set(raw.getHeaderNames());
  reply.helmet();
  const added = raw.getHeaderNames().filter((name) => !before.has(name));
  return Object.fromEntries(
    added.map((name) => {
      const value = String(raw.getHeader(name));
      raw.removeHeader(name);
      return [name, value];
    }),
  );
};

/** Puts them on every answer. Resolves when they are; add further hooks after that. */
export const addSecurityHeaders = async (
  app: NestFastifyApplication,
  limits: HttpLimits,
  peers: Peers,
): Promise<void> => {
  await app.register(helmet, options(limits));
  let known: Record<string, string> | undefined;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    known ??= headersOfHelmet(reply);
    void reply.headers(known);
    if (peers.isSecure(request.raw)) void reply.header('strict-transport-security', HSTS);
    done();
  });
};
