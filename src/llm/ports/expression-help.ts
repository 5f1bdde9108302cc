import type { Instant, JsonObject, Uuid } from '../../kernel/index.js';
import type { AssistantBudget } from './explain.js';

/** What somebody asks about an expression: one that there is, or words that are to become one, or both. */
export interface ExpressionHelpRequest {
  readonly expression?: string;
  readonly words?: string;
  /** Where it is to stand: a stored workflow, or a definition. Absent: nowhere in particular. */
  readonly workflow?: Uuid;
  /** Of the workflow; absent: the current one. */
  readonly version?: string;
  readonly definition?: unknown;
  /** Path of the task: `/each/fetch`, `/guard/catch/mend`. Absent: the output of the workflow. */
  readonly task?: string;
  /** Values of root names, on which it is worked out: `{"input": {…}, "tasks": {"fetch": {"output": {…}}}}`. */
  readonly sample?: JsonObject;
  /** Whether a model is asked for candidates. Default `auto`. */
  readonly llm?: 'auto' | 'never' | 'require';
  readonly budget?: AssistantBudget;
  readonly now: Instant;
}
