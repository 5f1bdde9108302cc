import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { AttemptOutcome } from '../../engine/ports/index.js';
import type { Credential } from '../contract/index.js';
import type { TaskVerdict } from './verdict.js';

/** One attempt, as a process is asked to make it. */
export interface AttemptJob {
  readonly task: string;
  readonly input: JsonObject;
  readonly config: JsonObject;
  readonly credentials: Readonly<Record<string, Credential>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Methods of the platform services that there are, by service. */
  readonly services: Readonly<Record<string, readonly string[]>>;
  readonly attempt: number;
  readonly firstStartedAt: Instant;
  /** What attempts before it recorded. */
  readonly results: readonly { readonly key: string; readonly result: Json }[];
  /** The boundary at which the process kills itself, from 1; undefined: it lives. */
  readonly killAt: number | undefined;
}

/** What the process of an attempt says. */
export type AttemptMessage =
  | { readonly is: 'ready' }
  | { readonly is: 'unusable'; readonly reasons: readonly string[] }
  | RecordMessage
  | CallMessage
  | { readonly is: 'ended'; readonly outcome: AttemptOutcome; readonly boundaries: readonly string[] };

/** What `context.once` did; it is answered when it is kept. */
export interface RecordMessage {
  readonly is: 'record';
  readonly id: number;
  readonly key: string;
  readonly result: Json;
}

/** A call of a platform service. */
export interface CallMessage {
  readonly is: 'call';
  readonly id: number;
  readonly service: string;
  readonly method: string;
  readonly args: readonly Json[];
}

/** What it is told. */
export type AttemptOrder =
  | { readonly is: 'run'; readonly job: AttemptJob }
  | { readonly is: 'answer'; readonly id: number; readonly result: Json }
  | {
      readonly is: 'refusal';
      readonly id: number;
      readonly kind: 'fatal' | 'transient';
      readonly code: string;
      readonly message: string;
    };

/** What a certification comes to. */
export interface CertificationReport {
  /** Why there could be no certification. Empty: there was one. */
  readonly problems: readonly string[];
  readonly tasks: readonly TaskVerdict[];
}

/** What the process that certifies says. */
export type CertifierMessage =
  | { readonly is: 'alive' }
  | { readonly is: 'progress'; readonly task: string; readonly done: number; readonly of: number }
  | { readonly is: 'report'; readonly report: CertificationReport };

/** The descriptor on which a dying process says where it dies. */
export const LAST_WORDS = 4;
