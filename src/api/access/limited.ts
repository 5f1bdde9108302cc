import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/ports/index.js';
import { HarmoniaError, isJsonObject, type JsonObject } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { CATALOG } from '../tokens.js';
import { Owners } from './owners.js';
import type { About } from './route-access.js';
import { Sight } from './sight.js';

export interface LimitedRequest {
  readonly caller: Caller;
  readonly sight: Sight;
  readonly about: readonly About[];
}

/** Holds callers that are limited to some workflows to these. */
@Injectable()
export class Limited {
  constructor(
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    private readonly owners: Owners,
  ) {}

  sightOf(names: ReadonlySet<string>): Promise<Sight> {
    return Sight.of(names, this.catalog);
  }

  /** Before the body is read. Throws `workflow_limited`, or that there is no such thing. */
  async checkPath({ caller, sight, about }: LimitedRequest, params: Readonly<Record<string, string>>): Promise<void> {
    for (const one of about) {
      if (one.is === 'everything') throw limited(caller);
      if (one.is === 'path') await this.owners.mustSee(one.owned, params[one.parameter] ?? '', sight);
    }
  }

  /** Once the body is read. */
  async checkBody({ caller, sight, about }: LimitedRequest, body: unknown): Promise<void> {
    for (const one of about) {
      if (one.is === 'document') this.checkDocument(caller, sight, body);
      if (one.is === 'body') await this.checkNamed(one, { caller, sight, body });
    }
  }

  /** Whatever the body names must be one of theirs, under whichever of its names the handler reads it. */
  private async checkNamed(
    { names, mayBeNone = false }: Extract<About, { is: 'body' }>,
    { caller, sight, body }: { readonly caller: Caller; readonly sight: Sight; readonly body: unknown },
  ): Promise<void> {
    const given = isJsonObject(body) ? Object.entries(names).filter(([name]) => (body[name] ?? null) !== null) : [];
    if (given.length === 0 && !mayBeNone) throw limited(caller);
    for (const [name, owned] of given) {
      const value = (body as JsonObject)[name];
      if (typeof value !== 'string') throw limited(caller);
      // A workflow may also be called by its name.
      if (owned !== 'workflow') await this.owners.mustSee(owned, value, sight);
      else if (!sight.hasNamed(value)) throw new HarmoniaError('workflow_not_found', { id: value });
    }
  }

  /** What has faults is not kept, and its faults are told by who reads it. */
  private checkDocument(caller: Caller, sight: Sight, body: unknown): void {
    const source = isJsonObject(body) && isJsonObject(body.document) ? body.document : body;
    for (const one of source === body ? [body] : [body, source]) {
      const name = this.catalog.check(one).document?.name;
      if (name !== undefined && !(typeof name === 'string' && sight.names.has(name))) throw limited(caller);
    }
  }
}

export const limited = ({ actor }: Caller): HarmoniaError => new HarmoniaError('workflow_limited', { actor });
