import type { Json } from '../../kernel/index.js';

/** An answer to a message in words. */
export interface MessageAnswer {
  /** Text for a person; what a model said in it is not to be trusted. */
  readonly response: string;
  /** What it was taken for: `help`, `list`, `status`, `start`, `explain`, … */
  readonly intent: string;
  /** The same for programs. */
  readonly data: Json;
}

/** Answers what people write to Harmonia. Refusals are `HarmoniaError`s. */
export interface MessageDesk {
  answer(message: string): Promise<MessageAnswer>;
}
