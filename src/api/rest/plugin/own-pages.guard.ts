import { isIP } from 'node:net';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import { SETTINGS, type ApiSettings } from '../../tokens.js';

/** An address, or a name that means this machine everywhere: nobody can have them lead somewhere else. */
const isFixed = (hostname: string): boolean => hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;

/**
 * Refuses what a page of somebody else asks for in the name of a visitor. Installing code is not for any page that a
 * browser on this machine happens to show, also where everybody may call (`*`): only for pages of this service, of the
 * origins that are named, and for what is no page at all. A page under a name counts only when it is named: whoever owns
 * a name can have it lead here once a browser has loaded his page (DNS rebinding).
 */
@Injectable()
export class OwnPagesGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: ApiSettings) {}

  canActivate(context: ExecutionContext): boolean {
    const { origin, host } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (origin === undefined || this.settings.corsOrigins.includes(origin)) return true;
    const page = URL.canParse(origin) ? new URL(origin) : undefined;
    if (page && page.host === host && isFixed(page.hostname)) return true;
    throw new HarmoniaError('foreign_origin', { origin });
  }
}
