import type { FastifyInstance } from 'fastify';
import type { RequestMeter } from '../../../telemetry/ports/index.js';

/** Tells of every request that was answered. */
export const meterRequests = (fastify: FastifyInstance, meterOf: () => RequestMeter): void => {
  let meter: RequestMeter | undefined;
  fastify.addHook('onResponse', async (request, reply) => {
    const { url: route } = request.routeOptions;
    const type = reply.raw.getHeader('content-type') ?? '';
    const isStream = String(type).startsWith('text/event-stream');
    (meter ??= meterOf()).answered({
      method: request.method,
      ...(route !== undefined && { route }),
      status: reply.statusCode,
      ...(!isStream && { seconds: reply.elapsedTime / 1000 }),
    });
    return Promise.resolve();
  });
};
