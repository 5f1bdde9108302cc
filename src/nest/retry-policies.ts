import { Injectable } from '@nestjs/common';
import { HarmoniaError, type Json } from '../kernel/index.js';
import {
  compileRetryPolicy,
  nextAttempt,
  retryPolicyFaults,
  type FailedAttempt,
  type NextAttempt,
  type RetryPolicy,
  type RetryPolicySpec,
} from '../retry-policy/index.js';

/** The engine's retry policies for what an application does itself. */
@Injectable()
export class RetryPolicies {
  /** Checks a policy as `retry_policy` of a workflow and fills in the defaults. Throws `validation_error` with every fault. */
  compile(spec: RetryPolicySpec): RetryPolicy {
    const faults = retryPolicyFaults(spec as Json, '');
    if (faults.length === 0) return compileRetryPolicy(spec);
    throw new HarmoniaError('validation_error', { subject: 'The retry policy', count: faults.length }, { faults });
  }

  /** Whether and when a failed attempt is followed by another. The same `seed` gives the same jitter. */
  nextAttempt(policy: RetryPolicy, attempt: FailedAttempt, seed: string): NextAttempt {
    return nextAttempt(policy, attempt, seed);
  }
}
