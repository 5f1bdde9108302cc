import type { Instant, Uuid } from '../../kernel/index.js';
import type { RunRequest, StartRequest } from '../core/index.js';
import type { IdempotencyKey, EventToKeep } from '../ports/index.js';
import type { LiveExecution } from './live-execution.js';

/** A request without its time: the driver stamps it when it decides. */
export type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

/** What a caller is told once the commit is done. */
export interface Answer {
  readonly at: Instant;
  /** Journal position of the last event of the decision. */
  readonly seq: number;
}

export interface Reply {
  readonly accept: (answer: Answer) => void;
  readonly refuse: (error: unknown) => void;
}

/** What is asked of some executions. */
export type Requests = readonly {
  readonly live: LiveExecution;
  readonly request: Untimed<RunRequest>;
}[];

/** Something that waits to be decided. */
export type Work =
  | {
      readonly is: 'start';
      readonly request: Untimed<StartRequest>;
      readonly key: Omit<IdempotencyKey, 'resource' | 'at'> | undefined;
      readonly reply: Reply;
    }
  /** Somebody outside asks. */
  | { readonly is: 'ask'; readonly execution: Uuid; readonly request: Untimed<RunRequest>; readonly reply: Reply }
  /** An execution that has ended is to go on; what was read of it is current, since nobody else reopens it meanwhile. */
  | {
      readonly is: 'reopen';
      readonly live: LiveExecution;
      readonly request: Untimed<Extract<RunRequest, { is: 'reopen' }>>;
      readonly reply: Reply;
    }
  /** Several executions are asked, all in one commit: which, and what, is looked at when it is decided. */
  | {
      readonly is: 'ask-several';
      readonly plan: () => Requests;
      /** An event to keep for executions that begin later. */
      readonly keep?: Untimed<EventToKeep>;
      readonly reply: Reply;
    }
  /** The engine's own: results and deadlines. Kept, and decided again, when a commit fails. */
  | {
      readonly is: 'note';
      readonly execution: Uuid;
      readonly request: Untimed<RunRequest>;
      /** Who waits until it is written. */
      readonly reply?: Reply;
    };
