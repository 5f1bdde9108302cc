import type { Instant, JsonObject, Json, JsonPointer, Uuid } from '../../kernel/index.js';
import type { TaskPath } from '../../engine/core/index.js';
import type { FailureChange, Gate, Level } from '../optimizer/ir/index.js';
import type { RewriteOp } from '../optimizer/rewrite/index.js';
import type { FindingKind } from '../optimizer/rules/index.js';
import type { Goal, Risk } from '../optimizer/simulate/index.js';
import type { FollowUp } from './follow-up.js';
import type { Impact } from './impact.js';

/**
 * `proposal`: ops that no rule stands for. `bundle`: several suggestions in one new version. `rollback`: back to the version
 * before, without ops; it is applied as a roll-back.
 */
export type SuggestionKind = FindingKind | 'proposal' | 'bundle' | 'rollback';

/** An operation of a JSON patch (RFC 6902), of those that are used here. */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: JsonPointer; readonly value: Json }
  | { readonly op: 'remove'; readonly path: JsonPointer };

/** What a gate said. */
export interface GateResult {
  readonly id: Gate;
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * `proved`: the checker proves that the claimed equivalence holds. `unproved`: nothing is promised (`behaviour-change`),
 * and only the form of the change was checked.
 */
export interface Verification {
  readonly status: 'proved' | 'unproved';
  readonly checkerVersion: string;
  readonly certificateHash: string;
  readonly gates: readonly GateResult[];
}

/** A change of a workflow that passed the gates. Equal for equal workflow, facts, history and request. */
export interface Suggestion {
  /** Content hash of workflow, base, ops, facts and version of the rules: 64 hex digits. */
  readonly id: string;
  readonly workflowId: Uuid;
  readonly baseVersion: string;
  readonly baseHash: string;
  readonly kind: SuggestionKind;
  /** Rendered from facts, as `rationale` is. */
  readonly title: string;
  readonly rationale: string;
  /** A model's own words: not to be trusted, shown as text. */
  readonly narrative?: string;
  readonly ops: readonly RewriteOp[];
  /** From the base to the candidate, and back. Each begins with tests of what it touches. */
  readonly patch: readonly PatchOperation[];
  readonly inverse: readonly PatchOperation[];
  readonly equivalence: Level;
  readonly verification: Verification;
  /** What may be different in executions in which something fails. */
  readonly changesOnFailure: readonly FailureChange[];
  /** Null: there was no time to simulate. */
  readonly impact: Impact | null;
  readonly risk: Risk;
  /** 0..1, of the impact; at most 0.3 without history. */
  readonly confidence: number;
  readonly score: number;
  /** Suggestions of the same base that touch the same tasks. */
  readonly conflictsWith: readonly string[];
  /** Suggestions that a bundle holds. */
  readonly requires: readonly string[];
  readonly source: 'rules' | 'llm' | 'llm+rules';
  readonly provider?: string;
  readonly model?: string;
  readonly promptVersion?: string;
}

/**
 * `canary`: its version runs for a share of the new executions. `stale`: the workflow has another current version than it was made for. `superseded`: something else is known by now of
 * what tasks do (facts).
 */
export type SuggestionStatus = 'open' | 'canary' | 'applied' | 'dismissed' | 'stale' | 'superseded';

/** What became of a suggestion. */
export interface SuggestionFeedback {
  /** Why it was dismissed. */
  readonly reason?: string;
  /** What was noted when it was applied, and the version that it made. */
  readonly note?: string;
  readonly version?: string;
  readonly at: Instant;
}

export interface KeptSuggestion {
  readonly suggestion: Suggestion;
  readonly status: SuggestionStatus;
  readonly createdAt: Instant;
  /** When it is forgotten if it is still open, or stale or superseded. */
  readonly expiresAt: Instant;
  readonly feedback?: SuggestionFeedback;
  /** Of the last version that was made of it. */
  readonly followUp?: FollowUp;
}

/** Two siblings that a person lets run at the same time. */
export interface Confirmation {
  readonly scope: string;
  readonly tasks: readonly [string, string];
}

/** What was looked at, and what came of it. */
export interface Analysis {
  readonly workflowId: Uuid;
  readonly version: string;
  readonly baseHash: string;
  readonly factsHash: string;
  readonly rulesVersion: string;
  readonly checkerVersion: string;
  readonly goal: Goal;
  readonly tasks: number;
  /** Edges by why they are there. */
  readonly edges: {
    readonly data: number;
    readonly control: number;
    readonly effect: number;
    readonly asserted: number;
  };
  /** Edges that only `depends_on` asks for and that stay, since nobody said what their ends do, or that they commute. */
  readonly held: readonly { readonly from: TaskPath; readonly to: TaskPath }[];
  /** What is expected of a run as it is now; null without history. Seconds. */
  readonly prediction: { readonly p50: number; readonly p95: number; readonly failure: number } | null;
  readonly history: { readonly runs: number; readonly windowDays: number };
}

/** A change that did not pass. */
export interface Rejected {
  readonly source: 'rules' | 'llm';
  readonly kind: SuggestionKind;
  readonly gate: Gate;
  readonly reason: string;
  readonly detail: string;
  readonly more?: JsonObject;
}
