import type { CandidateGate } from '../../ports/index.js';

/** Why a definition does not pass a gate. */
export interface CandidateObjection {
  readonly gate: CandidateGate;
  readonly reason: string;
  readonly detail: string;
  /** Where in the definition; undefined: all of it. */
  readonly pointer?: string;
}
