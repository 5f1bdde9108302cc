/** The errors of the platform, and the one body that answers have. */
export * from './tekton-errors.js';
export * from './http-errors.js';
export { asTektonError } from './as-tekton-error.js';
export {
  errorAnswer,
  isTektonError,
  TektonError,
  type AnswerAround,
  type ErrorAnswer,
  type ErrorWords,
  type TektonErrorOptions,
} from './tekton-error.js';
