import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gatekeeper } from './gatekeeper.js';
import { Recorder } from './recorder.js';
import { open } from './route-access.js';
import { accessOf } from './routes/index.js';

/** Fastify runs it in its turn, and not in a scope of its own: the mark of fastify-plugin. */
const inThisScope = <T extends (fastify: FastifyInstance) => Promise<void>>(plugin: T): T =>
  Object.assign(plugin, { [Symbol.for('skip-override')]: true });

/**
 * Guards every route that Fastify serves, whoever adds it: controllers, routes beside them, files. What a route asks is
 * looked up when it is added. After CORS, so that a page can read why it was sent away; before any body is read.
 */
export const guardRoutes = (app: NestFastifyApplication): void => {
  const fastify = app.getHttpAdapter().getInstance();
  for (const name of ['caller', 'sight', 'refused', 'made'] as const) fastify.decorateRequest(name, undefined);
  fastify.decorateRequest('isRecorded', false);
  fastify.addHook('onRoute', (route) => {
    const methods = [route.method].flat();
    // Of several methods at once the table says `ANY`. Preflights carry no credentials.
    const [method = 'GET'] = methods.length === 1 ? methods : ['ANY'];
    const access = method === 'OPTIONS' ? open : accessOf(method, route.url);
    route.config = { ...route.config, access };
  });
  let parts: { readonly gatekeeper: Gatekeeper; readonly recorder: Recorder } | undefined;
  const ours = (): NonNullable<typeof parts> =>
    (parts ??= {
      gatekeeper: app.get(Gatekeeper, { strict: false }),
      recorder: app.get(Recorder, { strict: false }),
    });
  fastify.decorateRequest('beforeAnswer', async function (this: FastifyRequest, reply: FastifyReply) {
    await ours().recorder.record(this, reply);
  });
  const addHooks = async (instance: FastifyInstance): Promise<void> => {
    instance.addHook('onRequest', (request, reply, done) => ours().gatekeeper.enter(request, reply, done));
    instance.addHook('preHandler', (request, reply) => ours().gatekeeper.enterWithBody(request, reply));
    instance.addHook('preSerialization', (request, _reply, payload, done) => {
      ours().recorder.look(request, payload);
      done(null, payload);
    });
    instance.addHook('onSend', (request, reply, payload, done) => {
      const recorded = ours().recorder.record(request, reply);
      if (recorded) recorded.then(() => done(null, payload), done);
      else done(null, payload);
    });
    return Promise.resolve();
  };
  void fastify.register(inThisScope(addHooks));
};
