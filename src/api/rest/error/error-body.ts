import { HarmoniaError, isoInstant, type ErrorCode, type Fault } from '../../../kernel/index.js';
import { currentContext } from '../../../tekton/utilities/context/index.js';

/** The body of every error. `detail` is for clients that read FastAPI's shape, `message` for those of the platform. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: { readonly cure: string; readonly faults?: readonly Fault[] };
  };
  readonly detail: string;
  readonly message: string;
  readonly component: string;
  /** Of the request, as the header `X-Request-ID` of the answer says it. */
  readonly requestId: string | undefined;
  /** ISO 8601. */
  readonly timestamp: string;
}

export const errorBody = ({ code, message, cure, faults, details }: HarmoniaError): ErrorBody => ({
  error: { code, message, details: { ...details, cure, ...(faults.length > 0 && { faults }) } },
  detail: message,
  message,
  component: 'harmonia',
  requestId: currentContext()?.requestId,
  timestamp: isoInstant(Date.now()),
});
