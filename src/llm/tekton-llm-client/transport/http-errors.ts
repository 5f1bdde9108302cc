import type { Millis } from '../../../kernel/index.js';
import {
  AdapterError,
  AuthenticationError,
  InvalidRequestError,
  RateLimitError,
  ServiceUnavailableError,
  type TektonLLMError,
} from '../errors.js';

/** An answer that is no success. */
export interface BadStatus {
  readonly status: number;
  /** Scrubbed. */
  readonly reason: string;
  readonly retryAfter: Millis | undefined;
}

/** The longest pause that a server may ask for; more is taken for a mistake. */
const LONGEST_PAUSE = 3_600_000;

/** `Retry-After` in seconds or as a date; undefined when there is none that can be read. At most an hour. */
export const retryAfterOf = (header: string | null | undefined, now = Date.now()): Millis | undefined => {
  if (header === null || header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_PAUSE, Math.max(0, wait)) : undefined;
};

/** The error class of a status, as the Python client maps them. */
export const errorOfStatus = (transport: string, { status, reason, retryAfter }: BadStatus): TektonLLMError => {
  switch (status) {
    case 401:
    case 403:
      return new AuthenticationError(transport, status);
    case 400:
    case 413:
    case 422:
      return new InvalidRequestError({ transport, reason }, status);
    case 429:
      return new RateLimitError({ transport, reason }, retryAfter);
    case 502:
    case 503:
    case 504:
      return new ServiceUnavailableError(reason, {
        transport,
        status,
        ...(retryAfter !== undefined && { retryAfter }),
      });
    default:
      return new AdapterError({ transport, reason: `${reason} (HTTP ${status})` }, status);
  }
};
