import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
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
  contentSecurityPolicy: { useDefaults: false, directives: data(frameAncestors) },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  crossOriginEmbedderPolicy: false,
  frameguard: false,
  // Only behind TLS: see below.
  hsts: false,
  referrerPolicy: { policy: 'no-referrer' },
});

/** Puts them on every answer. Resolves when they are; add further hooks after that. */
export const addSecurityHeaders = async (
  app: NestFastifyApplication,
  limits: HttpLimits,
  peers: Peers,
): Promise<void> => {
  await app.register(helmet, options(limits));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      if (peers.isSecure(request.raw)) void reply.header('strict-transport-security', HSTS);
      return Promise.resolve();
    });
};
