import type { CatalogueEntry } from '../catalogue-entry.js';

export const LIMIT_ERRORS = {
  rate_limit_exceeded: {
    status: 429,
    message: 'Too many requests of the kind {kind}: the limit is {limit} in {window} seconds.',
    cure: 'Send them again after {seconds} s, as Retry-After says; the operator can raise HARMONIA_RATE_LIMITS.',
  },
  request_timeout: {
    status: 408,
    message: 'The request did not come to its end in time.',
    cure: 'Send it in one go; the operator can raise HARMONIA_HEADERS_SECONDS and HARMONIA_REQUEST_SECONDS.',
  },
  uri_too_long: {
    status: 414,
    message: 'The address of the request has more than {limit} characters.',
    cure: 'Send what is long in a body.',
  },
  headers_too_large: {
    status: 431,
    message: 'The head of the request is too large: the limits are {lines} lines and {bytes} bytes.',
    cure: 'Leave out headers and cookies that are not needed.',
  },
  yaml_too_large: {
    status: 413,
    message: 'This YAML has {size} characters; the limit is {limit}.',
    cure: 'Send it as JSON, which is read a hundred times faster.',
  },
  too_many_values: {
    status: 422,
    message: 'The body has more than {limit} objects, lists and keys.',
    cure: 'Split it, or pass large data by reference.',
  },
} as const satisfies Record<string, CatalogueEntry>;
