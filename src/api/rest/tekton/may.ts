import type { FastifyRequest } from 'fastify';
import type { Needed } from '../../../tekton/ports/index.js';
import { mustMay } from '../../access/gatekeeper.js';

/** Asks whether the one who sent a request may do more than its route asks for. Throws `permission_denied`, and leaves word for the audit log. */
export const mayIn =
  (request: FastifyRequest) =>
  (needed: Needed): void => {
    const { caller } = request;
    if (!caller) return;
    try {
      mustMay(caller, needed);
    } catch (error) {
      request.refused = 'permission_denied';
      throw error;
    }
  };
