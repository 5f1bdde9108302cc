import { fault, type Json, type JsonObject } from '../../../kernel/index.js';
import type { AdviceRequest, AdviceSubject } from '../../../llm/ports/index.js';
import { givenBudget } from '../assistants/given-budget.js';
import type { SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';
import { plainJson, requestFault } from '../validation.js';

/** Characters of JSON: of one variable, and of all together. A prompt has 48 KiB. */
const MOST_OF_ONE = 32 * 1024;
const MOST_OF_ALL = 40 * 1024;

const sized = (value: Json, where: string, most: number): void => {
  if (JSON.stringify(value).length > most)
    throw requestFault(fault('wrong_type', where, { expected: `JSON of at most ${most} characters` }));
};

/** What a body asks a model. Throws `validation_error` for what is too large, too deep or no JSON. */
export const adviceRequest = (
  about: AdviceSubject,
  variables: object,
  budget: SuggestBudgetDto | undefined,
): AdviceRequest => {
  const given: JsonObject = Object.fromEntries(
    Object.entries(variables as Readonly<Record<string, unknown>>).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const json = plainJson(value, `/${name}`);
      sized(json, `/${name}`, MOST_OF_ONE);
      return [[name, json] as const];
    }),
  );
  sized(given, '', MOST_OF_ALL);
  return { about, given, budget: givenBudget(budget) };
};
