import type { INestApplicationContext } from '@nestjs/common';
import { HarmoniaError } from '../../kernel/index.js';
import { Admission, quotaHeaders, rateLimitExceeded } from '../limits/admission.js';
import { Peers } from '../limits/peers.js';
import type { AdmitSocket } from '../ws/pattern-ws-adapter.js';
import { Gatekeeper, refusalHeaders } from './gatekeeper.js';
import { withoutCredential } from './query-credential.js';
import { everything, needs } from './route-access.js';
import { SOCKET_ROUTES } from './routes/index.js';
import { Viewers } from './viewer.js';

const FORGOTTEN = needs('admin', everything);

/** Looks at who wants to open a WebSocket, before it is one. */
export const admitSockets =
  (app: INestApplicationContext): AdmitSocket =>
  async (request, route) => {
    const peer = app.get(Peers, { strict: false }).remoteOf(request);
    const { headers, url } = request;
    try {
      const access = SOCKET_ROUTES[route] ?? FORGOTTEN;
      const opened = await app.get(Gatekeeper, { strict: false }).admitSocket({ headers, url, peer }, access);
      const quota = await app
        .get(Admission, { strict: false })
        .count(request, { kind: 'reads', caller: opened.caller });
      if (quota?.isOver) return { error: rateLimitExceeded(quota), headers: quotaHeaders(quota) };
      request.url = withoutCredential(url ?? '/');
      request.viewer = app.get(Viewers, { strict: false }).of({ ...opened, peer, route });
      return undefined;
    } catch (error) {
      if (!(error instanceof HarmoniaError)) throw error;
      return { error, headers: refusalHeaders(error) };
    }
  };
