import type { Infer, JsonObject } from '@tekton/harmonia/plugin';
import type { FILTER } from '../filter.js';
import type { GROUP } from '../group.js';
import type { JOIN } from '../join.js';
import type { MAP } from '../map.js';
import type { QUERY } from '../query.js';
import type { SORT } from '../sort.js';
import type { TEMPLATE } from '../template.js';

export type FilterInput = Infer<typeof FILTER>;
export type GroupInput = Infer<typeof GROUP>;
export type JoinInput = Infer<typeof JOIN>;
export type MapInput = Infer<typeof MAP>;
export type QueryInput = Infer<typeof QUERY>;
export type SortInput = Infer<typeof SORT>;
export type TemplateInput = Infer<typeof TEMPLATE>;

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
