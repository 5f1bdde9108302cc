import type { Fault, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { Degraded } from './degraded.js';
import type { ProposalBudget } from './proposer.js';
import type { PlacedEvent, SuggestUsage } from './suggestions.js';

/** A parameter of a template. */
export interface OfferedParameter {
  readonly schema: JsonObject;
  readonly required: boolean;
  readonly secret: boolean;
  readonly description?: string;
  readonly default?: Json;
}

/** A template that is there, with what it extends in it. */
export interface OfferedTemplate {
  readonly id: Uuid;
  readonly version: string;
  readonly name: string;
  readonly description: string;
  /** Tags, and names of categories. */
  readonly tags: readonly string[];
  readonly parameters: Readonly<Record<string, OfferedParameter>>;
  readonly definition: JsonObject;
}

/** A template with some of its parameters given. */
export interface TemplateDraft {
  /** The canonical document; absent: see the faults. Required parameters without a value are inputs of it. */
  readonly document?: JsonObject;
  readonly faults: readonly Fault[];
}

/** The templates, as far as workflows are made of words. */
export interface TemplateBook {
  /** Those that are there now, by name and then by id. */
  all(): Promise<readonly OfferedTemplate[]>;
  /** Keeps nothing. */
  draft(template: Pick<OfferedTemplate, 'id' | 'version'>, values: JsonObject): Promise<TemplateDraft>;
}

export interface GenerateRequest {
  /** What is wanted, in words. */
  readonly goal: string;
  /** Only these task types may be used. Default: all that are installed. */
  readonly types?: readonly string[];
  /** Only these components may be called. Default: all. */
  readonly components?: readonly string[];
  /** What must hold, in words. */
  readonly constraints?: readonly string[];
  /** What else should be known, in words. */
  readonly context?: string;
  /** Candidates of each source, 1 to 5. Default 3. */
  readonly most?: number;
  /** Default `auto`. `require` without a model is refused. */
  readonly llm?: 'auto' | 'never' | 'require';
  /** `ms`: default 20,000. */
  readonly budget?: Partial<ProposalBudget>;
}

/** In their order; the first that is not passed ends it. */
export type CandidateGate = 'parse' | 'schema' | 'validate' | 'referents' | 'plan';

export interface CandidateGateResult {
  readonly id: CandidateGate;
  readonly ok: boolean;
  readonly detail: string;
}

/** Something about a candidate that a person should look at before running it. */
export interface CandidateFlag {
  readonly code:
    'runs_code' | 'component_unknown' | 'credential_unknown' | 'address_open' | 'changes_something' | 'warning';
  readonly detail: string;
  /** Where in the definition. */
  readonly pointer: string;
}

/** What the words did not say. */
export interface OpenQuestion {
  readonly parameter: string;
  readonly description: string | null;
  readonly schema: JsonObject;
  readonly required: boolean;
  /** What is taken while nobody says more; null: nothing is. */
  readonly default: Json;
  /** True: the definition asks for it as an input of that name. */
  readonly asInput: boolean;
}

/** A workflow that might be what was meant. It is kept nowhere and was never run. */
export interface Candidate {
  /** Content hash of the source, the definition and what is open: 64 hex digits. */
  readonly id: string;
  readonly source: 'template' | 'llm';
  readonly title: string;
  /** The canonical document. Null: it can only be made with what is asked (a secret, say). */
  readonly definition: JsonObject | null;
  /** Nothing is promised of it. */
  readonly equivalence: 'behaviour-change';
  readonly risk: 'low' | 'medium' | 'high';
  readonly gates: readonly CandidateGateResult[];
  readonly flags: readonly CandidateFlag[];
  /** What it would do: tasks, hosts, credentials, secrets, effects, waits. Null: without a definition. */
  readonly plan: JsonObject | null;
  readonly questions: readonly OpenQuestion[];
  /** What the words gave, and out of which of them. */
  readonly slots: readonly { readonly parameter: string; readonly value: Json; readonly text: string }[];
  /** Of a template: which, and how near its words are, 0 to 1. */
  readonly template: {
    readonly id: Uuid;
    readonly name: string;
    readonly version: string;
    readonly nearness: number;
  } | null;
  /** A model's own words: not to be trusted, shown as text. */
  readonly why?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly promptVersion?: string;
}

/** A definition that did not get to be a candidate. */
export interface RejectedCandidate {
  readonly source: 'template' | 'llm';
  readonly gate: CandidateGate;
  /** A code: of the validator, or `address_made_up`, `literal_credential`, … */
  readonly reason: string;
  readonly detail: string;
  readonly pointer: string | null;
}

/** What the words were held against. */
export interface GenerateAnalysis {
  readonly templates: number;
  readonly types: number;
  /** Why nothing is near enough, and what there is. Null: something is. */
  readonly nothingNear: {
    readonly message: string;
    readonly templates: readonly string[];
    readonly types: readonly string[];
  } | null;
}

export interface GenerateAnswer {
  /** Those of templates first, the nearest first; then those of a model, as it has ordered them. */
  readonly candidates: readonly Candidate[];
  readonly analysis: GenerateAnalysis;
  readonly rejected: readonly RejectedCandidate[];
  readonly degraded?: Degraded;
  readonly usage: SuggestUsage;
}

/** What is told while candidates are made. */
export type GenerateEvent =
  | { readonly event: 'analysis'; readonly data: GenerateAnalysis }
  | { readonly event: 'candidate'; readonly data: Candidate }
  | { readonly event: 'rejected'; readonly data: RejectedCandidate }
  | { readonly event: 'usage'; readonly data: SuggestUsage }
  | { readonly event: 'degraded'; readonly data: Degraded }
  | { readonly event: 'done'; readonly data: { readonly candidates: readonly string[] } }
  | { readonly event: 'error'; readonly data: { readonly code: string; readonly message: string } };

/** Workflows from words. Keeps nothing, starts nothing. Refusals are `HarmoniaError`s. */
export interface Generation {
  generate(request: GenerateRequest): Promise<GenerateAnswer>;
  /** The same as it comes; `after` goes on behind an event that was seen, when it is still known. */
  stream(request: GenerateRequest, after?: string): Promise<AsyncIterable<PlacedEvent<GenerateEvent>>>;
}
