import type { Uuid } from '../../kernel/index.js';
import type { Certificate } from '../optimizer/ir/index.js';
import type { Confirmation, KeptSuggestion, SuggestionFeedback } from './suggestion.js';
import type { StatedFacts, SuggestionFilter } from './suggestions.js';

/** A suggestion with what the checker needs to prove it again. */
export interface StoredSuggestion extends KeptSuggestion {
  readonly certificate: Certificate;
}

/** What one request found, for one base. */
export interface FoundSuggestions {
  readonly workflow: Uuid;
  readonly baseHash: string;
  /** Open ones of the same base that rest on other facts are superseded. */
  readonly factsHash: string;
  readonly found: readonly StoredSuggestion[];
}

/** A pair that a person confirmed, and what the two tasks said then. */
export interface StoredConfirmation extends Confirmation {
  /** Content hash of the two tasks without their edges. */
  readonly words: string;
}

/**
 * Where suggestions are kept. What a workflow's versions make of them (applied, stale, open again) is written in the
 * transactions of the workflow; they go with it when it is removed. Those that
 * have expired and were neither applied nor dismissed are forgotten.
 */
export interface SuggestionStore {
  /**
   * Keeps what was found, and answers it as it is kept: one that was dismissed stays dismissed, any other is open (again).
   */
  keep(found: FoundSuggestions): Promise<readonly StoredSuggestion[]>;
  find(id: string): Promise<StoredSuggestion | undefined>;
  /** The best first. */
  list(filter: SuggestionFilter): Promise<{ readonly items: readonly StoredSuggestion[]; readonly total: number }>;
  /** What became of former ones, the newest first: those that were applied or dismissed. */
  experience(workflow: Uuid, most: number): Promise<readonly StoredSuggestion[]>;
  /** False: it is not open. */
  dismiss(id: string, feedback: SuggestionFeedback): Promise<boolean>;

  statedFacts(): Promise<StatedFacts | undefined>;
  stateFacts(facts: StatedFacts): Promise<void>;
  confirmations(workflow: Uuid): Promise<readonly StoredConfirmation[]>;
  /** Replaces those of a workflow. */
  confirm(workflow: Uuid, pairs: readonly StoredConfirmation[]): Promise<void>;
}
