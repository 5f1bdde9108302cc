import { isIP } from 'node:net';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../kernel/index.js';
import { SETTINGS, type ApiSettings } from '../tokens.js';

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

const nameOf = (host: string): string | undefined =>
  URL.canParse(`http://${host}`) ? bare(new URL(`http://${host}`).hostname) : undefined;

const isLoopback = (address: string | undefined): boolean =>
  address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);

/** An address, or a name that means this machine everywhere: nobody can have them lead somewhere else. */
const isFixed = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;

/**
 * Refuses requests that came over loopback under a name that is none of this service: whoever owns a name can have it
 * lead to 127.0.0.1 once a browser has loaded his page (DNS rebinding). What comes from another machine came by the
 * network that somebody opened the service to, where names are theirs to choose.
 */
@Injectable()
export class KnownHostGuard implements CanActivate {
  private readonly own: ReadonlySet<string>;

  constructor(@Inject(SETTINGS) { corsOrigins, publicUrl }: ApiSettings) {
    const addresses = [publicUrl, ...corsOrigins].filter((address) => URL.canParse(address));
    this.own = new Set(addresses.map((address) => bare(new URL(address).hostname)));
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<FastifyRequest>();
    const { host = '' } = headers;
    const name = nameOf(host);
    if (!isLoopback(socket.localAddress)) return true;
    if (name !== undefined && (isFixed(name) || this.own.has(name))) return true;
    throw new HarmoniaError('foreign_host', { host: host.slice(0, 200) });
  }
}
