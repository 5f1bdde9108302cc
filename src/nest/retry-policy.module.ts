import { Module } from '@nestjs/common';
import { RetryPolicies } from './retry-policies.js';

/** Needs no Harmonia beside it. */
@Module({ providers: [RetryPolicies], exports: [RetryPolicies] })
export class RetryPolicyModule {}
