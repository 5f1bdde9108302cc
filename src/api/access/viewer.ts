import { Inject, Injectable } from '@nestjs/common';
import type { Access, Caller, Permission } from '../../access/ports/index.js';
import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { ACCESS, CATALOG } from '../tokens.js';
import { mustMay } from './gatekeeper.js';
import { Owners } from './owners.js';
import { Recorder } from './recorder.js';
import type { Sight } from './sight.js';

/** Who opened a stream. */
export interface Opened {
  readonly caller: Caller;
  readonly sight: Sight | undefined;
  /** The address that it comes from, and the path that it opened. */
  readonly peer: string;
  readonly route: string;
}

/** What the client of a stream may see and do, for as long as it is open. */
export interface Viewer {
  /** Whether it is told of a workflow. */
  sees(workflow: Uuid | null): boolean;
  seesNamed(name: string): boolean;
  /** Throws `execution_not_found`. */
  mustSee(execution: Uuid): Promise<void>;
  /** Does it if the client may, and records it. Throws `permission_denied`, `execution_not_found`. */
  steer(action: string, execution: Uuid, work: () => Promise<void>): Promise<void>;
  /**
   * Does what reaches all of the service, and records it; `may` says whether the client may, and records that he may not.
   * Throws `permission_denied`, `workflow_limited`.
   */
  act<T>(action: string, work: (may: (permission: Permission) => void) => Promise<T>): Promise<T>;
  /** Calls back when what the client showed counts no more. Answers how to stop all this. */
  follow(over: (error: HarmoniaError) => void): () => void;
}

/** What steering needs. */
const TO_STEER: Permission = 'run';

const isDenied = (error: unknown): boolean => error instanceof HarmoniaError && error.code === 'permission_denied';

const rejected = (error: unknown): never => {
  throw error;
};

/** Makes viewers. */
@Injectable()
export class Viewers {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    private readonly owners: Owners,
    private readonly recorder: Recorder,
  ) {}

  of({ caller, sight, peer, route }: Opened): Viewer {
    const mustSee = async (execution: Uuid): Promise<void> => {
      if (sight) await this.owners.mustSee('execution', execution, sight);
    };
    const recorded = (target: string, refused?: string): Promise<void> =>
      this.recorder.steered({ actor: caller.actor, peer, method: 'WS', route, refused, target });
    const refused = async (target: string, error: unknown): Promise<never> => {
      if (error instanceof HarmoniaError) await recorded(target, error.code);
      throw error;
    };
    const obeyed = async <T>(target: string, check: () => Promise<void> | void, work: () => Promise<T>): Promise<T> => {
      await Promise.resolve()
        .then(check)
        .catch((error: unknown) => refused(target, error));
      const done = await work();
      await recorded(target);
      return done;
    };
    const denials = <T>(target: string, work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => (isDenied(error) ? refused(target, error) : rejected(error)));
    const mustSeeAll = (): void => {
      if (sight) throw new HarmoniaError('workflow_limited', { actor: caller.actor });
    };
    return {
      sees: (workflow) => !sight || (workflow !== null && sight.has(workflow)),
      seesNamed: (name) => !sight || sight.names.has(name),
      mustSee,
      steer: (action, execution, work) => {
        const check = async (): Promise<void> => {
          mustMay(caller, TO_STEER);
          await mustSee(execution);
        };
        return obeyed(`action=${action} execution_id=${execution}`, check, work);
      },
      act: (action, work) => {
        const target = `action=${action}`;
        return obeyed(target, mustSeeAll, () =>
          denials(
            target,
            work((needed) => mustMay(caller, needed)),
          ),
        );
      },
      follow: (over) => this.follow({ caller, sight }, over),
    };
  }

  private follow(
    { caller, sight }: Pick<Opened, 'caller' | 'sight'>,
    over: (error: HarmoniaError) => void,
  ): () => void {
    const unfollow = sight ? this.catalog.follow((change) => sight.changed(change)) : () => undefined;
    const unwatch = this.access.whenOver(caller, () =>
      over(new HarmoniaError('authentication_failed', { reason: 'what was shown counts no more' })),
    );
    return () => {
      unfollow();
      unwatch();
    };
  }
}
