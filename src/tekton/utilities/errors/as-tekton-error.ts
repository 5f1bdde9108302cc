import {
  AuthorizationError,
  ConfigurationFileError,
  ResourceConflictError,
  ResourceError,
  ResourceLimitError,
  ServiceTimeoutError,
  ServiceUnavailableError,
} from './tekton-errors.js';
import { isTektonError, TektonError, type TektonErrorOptions } from './tekton-error.js';

type Kind = new (message: string, options: TektonErrorOptions) => TektonError;

/** What the codes of Node mean in the words of the platform. */
const KINDS: Readonly<Record<string, Kind>> = {
  ENOENT: ConfigurationFileError,
  EACCES: AuthorizationError,
  EPERM: AuthorizationError,
  ETIMEDOUT: ServiceTimeoutError,
  UND_ERR_CONNECT_TIMEOUT: ServiceTimeoutError,
  UND_ERR_HEADERS_TIMEOUT: ServiceTimeoutError,
  UND_ERR_BODY_TIMEOUT: ServiceTimeoutError,
  ECONNREFUSED: ServiceUnavailableError,
  ECONNRESET: ServiceUnavailableError,
  EPIPE: ServiceUnavailableError,
  ENOTFOUND: ServiceUnavailableError,
  EAI_AGAIN: ServiceUnavailableError,
  EHOSTUNREACH: ServiceUnavailableError,
  ENETUNREACH: ServiceUnavailableError,
  EADDRINUSE: ResourceConflictError,
  EMFILE: ResourceLimitError,
  ENFILE: ResourceLimitError,
  ENOSPC: ResourceLimitError,
};

const kindOf = ({ code, name }: { readonly code?: unknown; readonly name?: unknown }): Kind => {
  if (name === 'TimeoutError') return ServiceTimeoutError;
  if (typeof code !== 'string') return TektonError;
  return (
    (Object.hasOwn(KINDS, code) ? KINDS[code] : undefined) ?? (/^E[A-Z]+$/.test(code) ? ResourceError : TektonError)
  );
};

/** Anything that was thrown, as an error of the platform; one that is one already stays as it is. The cause is kept. */
export const asTektonError = (thrown: unknown, options: Omit<TektonErrorOptions, 'cause'> = {}): TektonError => {
  if (isTektonError(thrown)) return thrown;
  const found = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const { message = String(thrown) } = found as { message?: string };
  return new (kindOf(found))(message, { ...options, cause: thrown });
};
