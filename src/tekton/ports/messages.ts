import type { Json, JsonObject } from '../../kernel/index.js';
import type { Needed } from './own-actions.js';

/** What a talk is about: what `it` means in the next message. */
export interface TalkSubject {
  /** Id of a workflow. */
  readonly workflow?: string | undefined;
  /** Id of an execution. */
  readonly execution?: string | undefined;
  /** A workflow that was proposed and is not kept. */
  readonly proposed?: JsonObject | undefined;
}

/** Who writes, and what was talked about before. */
export interface MessageFrom {
  /** Whether he may do something. Throws `permission_denied`. */
  readonly may: (needed: Needed) => void;
  /** Default: nothing was. */
  readonly about?: TalkSubject;
}

/** An answer to a message in words. */
export interface MessageAnswer {
  /** Text for a person; what a model said in it is not to be trusted. */
  readonly response: string;
  /** What it was taken for: `help`, `list`, `status`, `start`, `explain`, … */
  readonly intent: string;
  /** The same for programs. */
  readonly data: Json;
  /** What the talk is about from now on. */
  readonly about: TalkSubject;
}

/** Answers what people write to Harmonia. Refusals are `HarmoniaError`s. */
export interface MessageDesk {
  answer(message: string, from: MessageFrom): Promise<MessageAnswer>;
}
