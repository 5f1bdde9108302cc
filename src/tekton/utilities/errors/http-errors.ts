import { TektonError, type TektonErrorOptions } from './tekton-error.js';

/** The exchange that failed. `url` has no user, password or query. */
export interface HttpWords extends TektonErrorOptions {
  readonly method: string;
  readonly url: string;
  /** Of the answer, when there was one. */
  readonly statusCode?: number | undefined;
}

/** A call over HTTP that did not give what was asked for. `details` has `status_code`, `url` and `method`. */
export class HttpError extends TektonError {
  override readonly status: number = 500;
  readonly statusCode: number | undefined;

  constructor(message: string, { method, url, statusCode, details, ...options }: HttpWords) {
    const exchange = { method, url, ...(statusCode !== undefined && { status_code: statusCode }) };
    super(message, { ...options, details: { ...details, ...exchange } });
    this.statusCode = statusCode;
  }
}
/** Nobody answers, or the connection broke. */
export class HttpConnectionError extends HttpError {
  override readonly status = 503;
}
/** No answer came in time. */
export class HttpTimeoutError extends HttpError {
  override readonly status = 408;
}
/** 401. */
export class HttpAuthenticationError extends HttpError {
  override readonly status = 401;
}
/** 403. */
export class HttpAuthorizationError extends HttpError {
  override readonly status = 403;
}
/** 404. */
export class HttpNotFoundError extends HttpError {
  override readonly status = 404;
}
/** 500 and above. */
export class HttpServerError extends HttpError {}
/** 400 to 499, when it is none of the above. */
export class HttpClientError extends HttpError {
  override readonly status = 400;
}
/** The request can not be sent, or the answer can not be read. */
export class HttpRequestError extends HttpError {
  override readonly status = 400;
}
