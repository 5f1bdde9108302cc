import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, Caller, Permission } from '../../access/ports/index.js';
import type { Opened } from '../access/viewer.js';

/** Who calls tools, from where, and what he may see. */
export type Asker = Opened;

const EVERYTHING: readonly Permission[] = ['read', 'run', 'write', 'admin'];

/** Whoever has started this process, and so may read its data anyway. */
export const OPERATOR: Asker = {
  caller: { actor: 'operator', permissions: new Set(EVERYTHING), workflows: undefined, until: undefined },
  sight: undefined,
  ...{ peer: 'stdio', route: 'stdio' },
};

const NOBODY: Caller = { actor: 'unknown', permissions: new Set(), workflows: new Set(), until: undefined };

export const askerOf = ({ caller = NOBODY, sight, ip, routeOptions }: FastifyRequest): Asker => ({
  ...{ caller, sight, peer: ip, route: routeOptions.url ?? '' },
});

/** Aborts when whoever asked has gone before the answer was out, or what he showed counts no more. */
export const untilGone = (reply: FastifyReply, { caller }: Asker, access: Pick<Access, 'whenOver'>): AbortSignal => {
  const gone = new AbortController();
  const unwatch = access.whenOver(caller, () => gone.abort());
  reply.raw.once('close', () => {
    unwatch();
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
};
