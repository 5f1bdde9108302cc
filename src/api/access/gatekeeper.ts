import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { presentedIn } from '../../access/index.js';
import type { Access, Caller, Permission } from '../../access/ports/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { ACCESS } from '../tokens.js';
import { Limited } from './limited.js';
import { hideCredential, shownInAddress } from './query-credential.js';
import type { RouteAccess } from './route-access.js';
import type { Sight } from './sight.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on routes that ask nobody. */
    caller: Caller | undefined;
    /** What he may see, when that is not all. */
    sight: Sight | undefined;
    /** The code with which he was sent away. */
    refused: string | undefined;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

type Guarded = Extract<RouteAccess, { is: 'guarded' }>;
type Done = (error?: Error) => void;

const REALM = 'realm="harmonia"';

/** Lets requests in, or sends them away. */
@Injectable()
export class Gatekeeper {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    private readonly limited: Limited,
  ) {}

  /** Before a body is read. Keys are looked at without leaving the turn. */
  enter(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { access } = request.routeOptions.config;
    const inAddress = hideCredential(request);
    if (!access || access.is === 'open' || (access.mayBeOpen && this.access.metricsAreOpen)) return done();
    const refuse = (error: unknown): void => done(this.refused(request, reply, error));
    try {
      const caller = this.identify(request, { access, inAddress });
      const coming =
        caller instanceof Promise
          ? caller.then((known) => this.admit(request, known, access))
          : this.admit(request, caller, access);
      if (coming) void coming.then(() => done(), refuse);
      else done();
    } catch (error) {
      refuse(error);
    }
  }

  /** Once the body is read. */
  async enterWithBody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { caller, sight } = request;
    const { access } = request.routeOptions.config;
    if (!caller || !sight || access?.is !== 'guarded') return;
    try {
      await this.limited.checkBody({ caller, sight, about: access.about }, request.body);
    } catch (error) {
      throw this.refused(request, reply, error);
    }
  }

  /** Who opens a WebSocket, and what he may see. Rejects with why he may not. */
  async admitSocket(
    { headers, url = '/', peer }: SocketRequest,
    access: RouteAccess,
  ): Promise<{ readonly caller: Caller; readonly sight: Sight | undefined }> {
    const { origin, host } = headers;
    this.access.checkPage({ origin, host });
    const carriers = { apiKey: headers['x-api-key'], authorization: headers.authorization, query: shownInAddress(url) };
    const caller = await this.access.identify(presentedIn(carriers), peer);
    if (access.is === 'guarded') mustMay(caller, access.permission);
    const sight = caller.workflows && (await this.limited.sightOf(caller.workflows));
    return { caller, sight };
  }

  private identify(
    { headers, ip }: FastifyRequest,
    { access, inAddress }: { readonly access: Guarded; readonly inAddress: unknown },
  ): Caller | Promise<Caller> {
    if (!this.access.isRequired) this.access.checkPage({ origin: headers.origin, host: headers.host });
    const query = access.isStream ? inAddress : undefined;
    return this.access.identify(
      presentedIn({ apiKey: headers['x-api-key'], authorization: headers.authorization, query }),
      ip,
    );
  }

  private admit(request: FastifyRequest, caller: Caller, access: Guarded): Promise<void> | undefined {
    request.caller = caller;
    mustMay(caller, access.permission);
    if (!caller.workflows) return undefined;
    return this.admitLimited(request, caller.workflows, access);
  }

  private async admitLimited(request: FastifyRequest, names: ReadonlySet<string>, { about }: Guarded): Promise<void> {
    const caller = request.caller as Caller;
    const sight = await this.limited.sightOf(names);
    request.sight = sight;
    await this.limited.checkPath({ caller, sight, about }, request.params as Record<string, string>);
  }

  private refused(request: FastifyRequest, reply: FastifyReply, error: unknown): Error {
    if (!(error instanceof HarmoniaError)) return error as Error;
    request.refused = error.code;
    for (const [name, value] of Object.entries(refusalHeaders(error))) void reply.header(name, value);
    return error;
  }
}

export interface SocketRequest {
  readonly headers: FastifyRequest['headers'];
  readonly url?: string | undefined;
  /** The address that it comes from. */
  readonly peer: string;
}

/** Throws `permission_denied`. */
export const mustMay = ({ actor, permissions }: Caller, permission: Permission): void => {
  if (permissions.has(permission)) return;
  throw new HarmoniaError(
    'permission_denied',
    { actor, missing: permission },
    { details: { missing: [permission], permissions: [...permissions] } },
  );
};

/** What RFC 6750 and 9110 want to be said beside the status. */
export const refusalHeaders = ({ code, status, details, params }: HarmoniaError): Record<string, string> => {
  if (status === 401) return { 'www-authenticate': `Bearer ${REALM}, ApiKey ${REALM}` };
  if (code === 'permission_denied')
    return {
      'www-authenticate': `Bearer ${REALM}, error="insufficient_scope", scope="harmonia:${params.missing as string}"`,
    };
  return code === 'too_many_failures' ? { 'retry-after': JSON.stringify(details.retry_after) } : {};
};
