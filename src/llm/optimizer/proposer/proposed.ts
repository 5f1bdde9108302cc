import type { Json, Uuid } from '../../../kernel/index.js';
import type { LlmUsage } from '../../ports/index.js';
import type { Objection } from '../ir/index.js';
import type { Subject } from '../prove/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Goal, WorkflowHistory } from '../simulate/index.js';
import type { Missing } from './read-line.js';

/** What a source of proposals is asked. */
export interface ProposalRequest {
  readonly workflow: Uuid;
  readonly version: string;
  readonly subject: Subject;
  readonly history: WorkflowHistory;
  readonly goal: Goal;
  /** What is wanted; absent: anything that promises something. */
  readonly kinds?: readonly string[];
  readonly most: number;
  /** What the rules have found already. */
  readonly found: readonly { readonly kind: string; readonly ops: readonly RewriteOp[] }[];
  /** What became of former suggestions for this workflow. */
  readonly experience: readonly { readonly ops: readonly RewriteOp[]; readonly status: string }[];
  readonly budget: { readonly tokens?: number; readonly cost?: number; readonly ms: number };
  readonly traceId: string;
}

/** What a source says, as it comes. */
export type Proposed =
  | {
      readonly is: 'proposal';
      /** Read and resolved; to be proved and judged like any other. */
      readonly ops: Json;
      readonly narrative?: string;
      readonly provider: string;
      readonly model: string;
      readonly promptVersion: string;
      /** Is told when a gate refuses it. */
      readonly refused: (objection: Objection) => void;
      /** Is told when it is accepted. */
      readonly accepted: () => void;
    }
  /** It did not get as far as the gates. */
  | { readonly is: 'rejected'; readonly objection: Objection }
  /** Somebody who knows may answer it; nobody else. */
  | { readonly is: 'question'; readonly missing: Missing; readonly narrative?: string }
  | { readonly is: 'usage'; readonly usage: LlmUsage; readonly cost?: number }
  | { readonly is: 'degraded'; readonly from: string; readonly to: string; readonly reason: string };
