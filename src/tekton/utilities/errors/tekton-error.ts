import { isoInstant, type Instant, type JsonObject } from '../../../kernel/index.js';

/** What an error may say beside its message. */
export interface TektonErrorOptions {
  /** The component that it is about. */
  readonly component?: string | undefined;
  /** What is shown to those who may see the error. No secrets. */
  readonly details?: JsonObject;
  readonly cause?: unknown;
}

/** The dictionary form of the platform. */
export interface ErrorWords {
  /** Name of the class. */
  readonly error: string;
  readonly message: string;
  /** `tekton.error`, or `error` of something that is none of the platform's. */
  readonly type: 'tekton.error' | 'error';
  readonly component_id?: string;
  readonly details?: JsonObject;
}

const BRAND = Symbol.for('tekton.error');

/** The root of the tree. `status` is the HTTP status with which a component answers it. */
export class TektonError extends Error {
  /** Known by this in every copy of the package. */
  readonly [BRAND] = true;
  readonly status: number = 500;
  readonly component: string | undefined;
  readonly details: JsonObject;

  constructor(message: string, options: TektonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.component = options.component;
    this.details = options.details ?? {};
  }

  toJSON(): ErrorWords {
    const { name, message, component, details } = this;
    return {
      error: name,
      message,
      type: 'tekton.error',
      ...(component !== undefined && { component_id: component }),
      ...(Object.keys(details).length > 0 && { details }),
    };
  }
}

/** Whether something that was thrown is an error of the platform, of this copy of the package or of another. */
export const isTektonError = (thrown: unknown): thrown is TektonError =>
  typeof thrown === 'object' && thrown !== null && (thrown as { [BRAND]?: unknown })[BRAND] === true;

/** Body of an answer that says what went wrong. */
export interface ErrorAnswer extends ErrorWords {
  /** The component that answers. */
  readonly component: string;
  readonly requestId: string | undefined;
  /** ISO 8601. */
  readonly timestamp: string;
}

export interface AnswerAround {
  readonly component: string;
  readonly requestId: string | undefined;
  readonly now: Instant;
}

/**
 * The one body of errors, and its status. What is no error of the platform is a 500 whose text stays inside: it may hold
 * anything.
 */
export const errorAnswer = (
  thrown: unknown,
  { component, requestId, now }: AnswerAround,
): { readonly status: number; readonly body: ErrorAnswer } => {
  const known = isTektonError(thrown);
  const words: ErrorWords = known
    ? thrown.toJSON()
    : { error: 'InternalError', message: `Something went wrong inside ${component}.`, type: 'error' };
  return {
    status: known ? thrown.status : 500,
    body: { ...words, component, requestId, timestamp: isoInstant(now) },
  };
};
