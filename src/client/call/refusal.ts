import * as errors from '../../tekton/utilities/errors/index.js';
import type { components } from '../generated/api.js';

export type Fault = components['schemas']['FaultAnswer'];

/** What every error of the client says beside its message. */
export interface RefusalWords {
  /** As in docs/errors.md; `unreachable` and `timeout` when nobody answered, `http_502` and so on when it was not Harmonia. */
  readonly code: string;
  /** HTTP status; that of the class when nobody answered. */
  readonly status: number;
  /** What to do about it. */
  readonly cure: string | undefined;
  /** RFC 6901 pointer to the first thing in the body that is wrong. */
  readonly pointer: string | undefined;
  /** Everything that is wrong with the body. */
  readonly faults: readonly Fault[];
  /** Under which it stands in the log of the service. */
  readonly requestId: string | undefined;
  /** ms that the service asks to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** An error of the platform's tree, by what went wrong (`AuthenticationError`, `DataNotFoundError`, …), with Harmonia's words. */
export type Refusal = errors.TektonError & RefusalWords;

type Kind = new (message: string, options: errors.TektonErrorOptions) => errors.TektonError;

const OF_CODE: Readonly<Record<string, Kind>> = {
  action_not_found: errors.CapabilityNotFoundError,
  component_not_found: errors.ComponentNotFoundError,
  not_ready: errors.ComponentNotReadyError,
};

const OF_STATUS: Readonly<Record<number, Kind>> = {
  401: errors.AuthenticationError,
  403: errors.AuthorizationError,
  404: errors.DataNotFoundError,
  408: errors.ServiceTimeoutError,
  409: errors.DataConflictError,
  410: errors.DataNotFoundError,
  412: errors.DataConflictError,
  429: errors.ResourceLimitError,
  502: errors.ComponentUnavailableError,
  503: errors.ComponentUnavailableError,
  504: errors.ComponentUnavailableError,
};

const kindOf = (code: string, status: number): Kind =>
  (Object.hasOwn(OF_CODE, code) ? OF_CODE[code] : OF_STATUS[status]) ??
  (status >= 500 ? errors.CapabilityInvocationError : errors.DataValidationError);

type Given = Partial<RefusalWords> & Pick<RefusalWords, 'code' | 'status'> & { readonly cause?: unknown };

/** Makes an error of the class that its code or status has. */
export const refusal = (message: string, { cause, ...given }: Given): Refusal => {
  const words = { cure: undefined, pointer: given.faults?.[0]?.pointer, faults: [], requestId: undefined, ...given };
  const details = {
    ...{ code: words.code, status_code: words.status },
    ...(words.cure !== undefined && { cure: words.cure }),
    ...(words.requestId !== undefined && { request_id: words.requestId }),
    ...(words.faults.length > 0 && { faults: words.faults.map((fault) => ({ ...fault })) }),
  };
  const error = new (kindOf(words.code, words.status))(message, { component: 'harmonia', details, cause });
  return Object.assign(error, { retryAfterMs: undefined, ...words });
};

/** Whether something that was thrown is an error of this client, so that it has `code`, `cure` and the rest. */
export const isRefusal = (thrown: unknown): thrown is Refusal =>
  errors.isTektonError(thrown) && thrown.component === 'harmonia' && 'code' in thrown && 'faults' in thrown;

const textIn = (value: unknown, name: string): string | undefined => {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof found === 'string' ? found : undefined;
};

const objectIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const isFault = (value: unknown): value is Fault => textIn(value, 'pointer') !== undefined;

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** The body, parsed when it is JSON. */
  readonly body: unknown;
  readonly retryAfterMs: number;
}

/** An answer that is no success, in our words. A body that is not Harmonia's is not shown. */
export const refusalOf = ({ status, headers, body, retryAfterMs }: Answered): Refusal => {
  const error = objectIn(body, 'error');
  const details = objectIn(error, 'details');
  const faults = objectIn(details, 'faults');
  return refusal(textIn(error, 'message') ?? `Harmonia answers ${status}.`, {
    ...{ status, code: textIn(error, 'code') ?? `http_${status}`, cure: textIn(details, 'cure') },
    faults: Array.isArray(faults) ? faults.filter(isFault) : [],
    requestId: headers.get('x-request-id') ?? textIn(body, 'requestId'),
    retryAfterMs: retryAfterMs > 0 ? retryAfterMs : undefined,
  });
};
