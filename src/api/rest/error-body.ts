import { HarmoniaError, type ErrorCode, type Fault } from '../../kernel/index.js';

/** The body of every error. `detail` is for clients that read FastAPI's shape, `message` for those of the platform. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: { readonly cure: string; readonly faults?: readonly Fault[] };
  };
  readonly detail: string;
  readonly message: string;
}

export const errorBody = ({ code, message, cure, faults, details }: HarmoniaError): ErrorBody => ({
  error: { code, message, details: { ...details, cure, ...(faults.length > 0 && { faults }) } },
  detail: message,
  message,
});
