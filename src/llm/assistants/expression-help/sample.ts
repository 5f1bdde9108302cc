import { acceptInput, evaluateTemplate, type CheckedSchema, type Template } from '../../../engine/core/index.js';
import { deriveUuid, isJsonObject, type Instant, type Json, type JsonObject } from '../../../kernel/index.js';

/** What an expression is worked out on. */
export interface Sample {
  readonly variables: JsonObject;
  /** What `now()` gives. */
  readonly now: Instant;
}

/** What came of an evaluation. */
export type Outcome =
  { readonly is: 'value'; readonly value: Json } | { readonly is: 'failed'; readonly reason: string };

/** Characters of a value as JSON that are shown. */
const MOST_SHOWN = 16 * 1024;

/** As an expression sees tasks: what is not said of one is as of one that completed. */
const taskViews = (tasks: Json | undefined): Json => {
  if (!isJsonObject(tasks ?? null)) return {};
  const views = Object.entries(tasks as JsonObject).map(([id, said]): [string, Json] => [
    id,
    isJsonObject(said)
      ? { status: 'completed', output: null, error: null, ...said }
      : { status: 'completed', output: said, error: null },
  ]);
  return Object.fromEntries(views);
};

/** `schema`: of the input, whose defaults are filled in as when an execution starts. An input that does not fit stays as it is. */
export const sampleOf = (
  given: JsonObject,
  { now, schema }: { readonly now: Instant; readonly schema?: CheckedSchema | undefined },
): Sample => {
  const accepted = given.input === undefined ? undefined : acceptInput(schema, given.input);
  const input: JsonObject = accepted?.ok === true ? { input: accepted.value } : {};
  return { variables: { ...given, ...input, tasks: taskViews(given.tasks) }, now };
};

/** By the engine's own core, in its bounds of time and size. */
export const evaluateOn = (template: Template, { variables, now }: Sample): Outcome => {
  let drawn = 0;
  const uuid = (): string => deriveUuid('expression help', ++drawn);
  const evaluated = evaluateTemplate(template, { variables, now, uuid });
  if (!evaluated.ok) return { is: 'failed', reason: evaluated.error.message };
  return { is: 'value', value: evaluated.value.value };
};

export const outcomeWords = (outcome: Outcome): JsonObject => {
  if (outcome.is === 'failed') return { value: null, fails: outcome.reason.slice(0, 500) };
  const length = JSON.stringify(outcome.value).length;
  if (length <= MOST_SHOWN) return { value: outcome.value, fails: null };
  return { value: null, fails: null, too_large: length };
};
