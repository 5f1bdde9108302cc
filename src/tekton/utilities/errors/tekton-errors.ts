import { TektonError } from './tekton-error.js';

/** Settings that are wrong or missing. */
export class ConfigurationError extends TektonError {}
/** A setting that is missing. */
export class ConfigurationKeyError extends ConfigurationError {}
/** A setting whose value can not be used. */
export class ConfigurationValueError extends ConfigurationError {}
/** A file of settings that can not be read. */
export class ConfigurationFileError extends ConfigurationError {}

/** Somebody can not be reached. */
export class ConnectionError extends TektonError {
  override readonly status: number = 503;
}
/** Nobody answers there. */
export class ServiceUnavailableError extends ConnectionError {}
/** An answer did not come in time. */
export class ServiceTimeoutError extends ConnectionError {
  override readonly status = 408;
}
/** A component of the platform does not answer. */
export class ComponentUnavailableError extends ConnectionError {}

/** Nobody knows who asks. */
export class AuthenticationError extends TektonError {
  override readonly status = 401;
}
/** The proof was good once. */
export class TokenExpiredError extends AuthenticationError {}
/** The proof is none. */
export class InvalidCredentialsError extends AuthenticationError {}
/** It is known who asks, and that they may not. */
export class AuthorizationError extends TektonError {
  override readonly status = 403;
}

/** A component that does not do what was asked. */
export class ComponentError extends TektonError {}
/** There is no such component. */
export class ComponentNotFoundError extends ComponentError {
  override readonly status = 404;
}
/** It is there and takes no work yet. */
export class ComponentNotReadyError extends ComponentError {
  override readonly status = 503;
}
/** A capability that does not do what was asked. */
export class CapabilityError extends TektonError {}
/** The component does not have it. */
export class CapabilityNotFoundError extends CapabilityError {
  override readonly status = 404;
}
/** It was called, and failed. */
export class CapabilityInvocationError extends CapabilityError {}

/** Data that can not be used. */
export class DataError extends TektonError {
  override readonly status: number = 400;
}
/** It is not as it must be. */
export class DataValidationError extends DataError {}
/** It is not there. */
export class DataNotFoundError extends DataError {
  override readonly status = 404;
}
/** It is there already, or is another by now. */
export class DataConflictError extends DataError {
  override readonly status = 409;
}

/** A component that can not begin or end. */
export class LifecycleError extends TektonError {}
/** It can not begin. */
export class InitializationError extends LifecycleError {}
/** It can not end in order. */
export class ShutdownError extends LifecycleError {}

/** Something of the machine that can not be had. */
export class ResourceError extends TektonError {
  override readonly status: number = 503;
}
/** It is not there, or broken. */
export class ResourceUnavailableError extends ResourceError {}
/** There is no more of it. */
export class ResourceLimitError extends ResourceError {}
/** Somebody else has it. */
export class ResourceConflictError extends ResourceError {
  override readonly status = 409;
}

/** A conversation that can not be used. */
export class ContextError extends TektonError {
  override readonly status: number = 400;
}
/** There is no such conversation. */
export class ContextNotFoundError extends ContextError {
  override readonly status = 404;
}
/** It is not as it must be. */
export class ContextValidationError extends ContextError {}

/** A WebSocket that does not work. */
export class WebSocketError extends TektonError {
  override readonly status: number = 503;
}
/** It can not be opened. */
export class WebSocketConnectionError extends WebSocketError {}
/** A frame that is none of the protocol's. */
export class WebSocketProtocolError extends WebSocketError {
  override readonly status = 400;
}
/** It was closed while somebody waited for an answer. */
export class WebSocketClosedError extends WebSocketError {}
