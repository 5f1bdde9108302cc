import { Between, Choices, Flag, Nested, NestedList, OneOf, Strict, Text, Texts, Whole } from '../dto/fields.js';
import { PageQueryDto } from '../dto/queries.js';

export const GOALS = ['latency', 'cost', 'reliability', 'balanced'] as const;
export const STATUSES = ['open', 'canary', 'applied', 'dismissed', 'stale', 'superseded'] as const;
export const KINDS = [
  ...(['parallelise', 'remove_implied_edges', 'remove_dead_tasks', 'merge_duplicates', 'add_missing_order'] as const),
  ...([
    'hoist_invariants',
    'prioritise',
    'cache',
    'set_timeout',
    'tune_retry',
    'limit_concurrency',
    'proposal',
    'bundle',
    'rollback',
  ] as const),
];
/** Kinds of what a request looks for: bundles and roll-backs are made of what was found. */
const FOUND = KINDS.filter((kind) => kind !== 'bundle' && kind !== 'rollback');
export const LLM_CHOICES = ['auto', 'never', 'require'] as const;

/** Which executions suggestions rest on. */
@Strict()
export class SuggestHistoryDto {
  @Between(1, 365, { description: 'Days. Default 30.' })
  window?: number;

  @Whole(1, 1_000_000, { also: ['min_runs'], description: 'Fewer executions count as none. Default 1.' })
  minRuns?: number;
}

/** What a request for suggestions may take. */
@Strict()
export class SuggestBudgetDto {
  @Whole(0, 10_000_000, { description: 'Of a model.' })
  tokens?: number;

  @Between(0, 1_000_000, { description: 'Of a model, in the currency of the ledger.' })
  cost?: number;

  @Whole(100, 600_000, { description: 'ms. What the rules find is answered all the same. Default 20000.' })
  ms?: number;
}

/** What is to be found. */
@Strict()
export class SuggestDto {
  @OneOf(GOALS, { description: 'What the workflow is to be better at. Default `balanced`.' })
  goal?: (typeof GOALS)[number];

  @Choices(FOUND, { description: 'Default: all.' })
  kinds?: (typeof KINDS)[number][];

  @Whole(1, 100, { also: ['max_suggestions'], description: 'Default 10.' })
  maxSuggestions?: number;

  @OneOf(LLM_CHOICES, {
    description: '`auto`: a model is asked when there is one; `require`: without one the answer is 503.',
  })
  llm?: (typeof LLM_CHOICES)[number];

  @Nested(SuggestHistoryDto)
  history?: SuggestHistoryDto;

  @Nested(SuggestBudgetDto)
  budget?: SuggestBudgetDto;
}

/** Which suggestions are listed. */
export class SuggestionQueryDto extends PageQueryDto {
  @OneOf(STATUSES)
  status?: (typeof STATUSES)[number];

  @Text(100, { description: 'Those for this version.' })
  version?: string;
}

const RUNS = 'Runs of the new version after which it is judged. Default 20.';

/** A version that does not become the current one. */
@Strict()
export class CanaryDto {
  @Between(0.01, 0.5, { required: true, description: 'Of new executions that name no version; these run it.' })
  share!: number;

  @Whole(10, 200, { description: RUNS })
  runs?: number;
}

/** How a suggestion is applied. */
@Strict()
export class ApplySuggestionDto {
  @Flag({ description: 'Yes, executions may do something else than before.' })
  confirm?: boolean;

  @Text(4000)
  note?: string;

  @Whole(10, 200, { description: RUNS })
  runs?: number;

  @Nested(CanaryDto, { description: 'Try it on a share of the new executions first.' })
  canary?: CanaryDto;
}

/** How a canary becomes the current version. */
@Strict()
export class PromoteDto {
  @Text(4000)
  note?: string;
}

/** Which suggestions are applied together. */
@Strict()
export class ApplySafeDto {
  @OneOf(GOALS)
  goal?: (typeof GOALS)[number];

  @Texts(100, 64, { description: 'Ids. Default: all that are open.' })
  suggestions?: string[];

  @Text(4000)
  note?: string;
}

@Strict()
export class DismissSuggestionDto {
  @Text(4000, { required: true, description: 'It is not offered again.' })
  reason!: string;
}

/** Two tasks that a person lets run at the same time. */
@Strict()
export class UnorderedPairDto {
  @Text(2048, { description: "Path of the scope that holds both; '' is the workflow." })
  scope?: string;

  @Texts(2, 128, { required: true, description: 'Ids of two siblings.' })
  tasks!: string[];
}

@Strict()
export class UnorderedPairsDto {
  @NestedList(UnorderedPairDto, 10_000, { required: true })
  unordered!: UnorderedPairDto[];
}
