import type { Instant, Uuid } from '../../kernel/index.js';

/** Something that starts a workflow. */
export interface Starter {
  readonly is: 'schedule' | 'trigger' | 'webhook';
  readonly name: string;
  /** A cron pattern, a type of trigger, an address; undefined: nobody says. */
  readonly when: string | undefined;
}

/** Tells what starts workflows. */
export interface Starters {
  /** Those that are not switched off, by kind and name. */
  of(workflow: { readonly id: Uuid; readonly name: string }): Promise<readonly Starter[]>;
}

/** Whom an explanation is for: who runs it, who is about to change it, who has never seen one. */
export type Audience = 'operator' | 'author' | 'newcomer';

/** What a request that may ask a model may take. */
export interface AssistantBudget {
  /** For the whole request; default 20,000. What needs no model is answered all the same. */
  readonly ms?: number;
  readonly tokens?: number;
  /** In the currency of the ledger. */
  readonly cost?: number;
}

export interface ExplainRequest {
  readonly workflow: Uuid;
  /** Absent: the current one. */
  readonly version?: string;
  /** Default `newcomer`. */
  readonly audience?: Audience;
  /** Default `auto`: a model is asked when there is one. `require` without one is refused. */
  readonly llm?: 'auto' | 'never' | 'require';
  readonly budget?: AssistantBudget;
  readonly now: Instant;
}

export interface DiagnoseRequest {
  readonly execution: Uuid;
  /** As of `ExplainRequest`. */
  readonly llm?: 'auto' | 'never' | 'require';
  readonly budget?: AssistantBudget;
  readonly now: Instant;
}
