import type { ErrorCode } from './error-catalogue.js';
import type { JsonPointer } from './json-pointer.js';

/** One thing that is wrong with a document, where, and what to do about it. */
export interface Fault {
  readonly code: ErrorCode;
  /** RFC 6901 pointer into the document that was checked. */
  readonly pointer: JsonPointer;
  readonly message: string;
  readonly cure: string;
}

/** A fault that does not stop a document from being used. */
export type Warning = Fault;
