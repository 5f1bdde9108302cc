export {
  compileRetryPolicy,
  nextAttempt,
  retryPolicyFaults,
  type BackoffStrategy,
  type FailedAttempt,
  type NextAttempt,
  type RetryPolicy,
  type RetryPolicySpec,
} from './retry-policy.js';
