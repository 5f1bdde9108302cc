import { HarmoniaError } from '../../../kernel/index.js';
import {
  ConfigurationError,
  ConnectionError,
  HttpConnectionError,
  HttpError,
  HttpTimeoutError,
  type TektonError,
} from '../../../tekton/utilities/errors/index.js';

/** An error of the platform in Harmonia's words; undefined: it is trouble of ours, and says nothing to the outside. */
export const ofPlatform = (error: TektonError): HarmoniaError | undefined => {
  const { component = 'The component', message, status } = error;
  const reason = message.replace(/\.$/, '');
  if (error instanceof ConnectionError || error instanceof HttpConnectionError || error instanceof HttpTimeoutError)
    return new HarmoniaError('component_unreachable', { component, reason }, { cause: error });
  if (error instanceof HttpError) return new HarmoniaError('component_error', { component, reason }, { cause: error });
  if (error instanceof ConfigurationError || status >= 500) return undefined;
  return new HarmoniaError('invalid_request', { reason }, { status, cause: error });
};
