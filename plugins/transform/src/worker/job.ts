import type { JsonObject } from '@tekton/harmonia/plugin';
import type { FilterInput, GroupInput, JoinInput, MapInput, QueryInput, SortInput, TemplateInput } from '../inputs.js';

/** What a thread is asked to do. The input fits the schema of the task. */
export type Job =
  | { readonly task: 'filter'; readonly input: FilterInput }
  | { readonly task: 'group'; readonly input: GroupInput }
  | { readonly task: 'join'; readonly input: JoinInput }
  | { readonly task: 'map'; readonly input: MapInput }
  | { readonly task: 'query'; readonly input: QueryInput }
  | { readonly task: 'sort'; readonly input: SortInput }
  | { readonly task: 'template'; readonly input: TemplateInput };

/** What a thread says of it: the result as JSON text, that time is up, or what is wrong for good. */
export type Answer =
  | { readonly is: 'done'; readonly json: string }
  | { readonly is: 'late' }
  | { readonly is: 'wrong'; readonly code: string; readonly message: string; readonly details?: JsonObject };
