import { FAMILIES, typeName } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import { plainWords, scrubbed } from '../../untrusted/index.js';
import type { AskBudget, ModelAnswer, ModelAsker } from '../asking/index.js';
import { fieldsOf, fieldType, type ExpressionContext } from './context.js';
import { examine } from './examine.js';
import { evaluateOn, outcomeWords, type Sample } from './sample.js';

/** Candidates that are asked for, and read. */
const MOST = 5;
const MOST_READ = 10;
const LONGEST = 2000;
/** Tasks, and fields of a value, that a model is told of. */
const MOST_TASKS = 60;
const MOST_FIELDS = 30;
const MOST_WORDS = 400;

/** What is wanted, and where. */
export interface Wanted {
  readonly words: string;
  readonly context: ExpressionContext;
  /** Undefined: there is nothing to try candidates on. */
  readonly sample: Sample | undefined;
  readonly workflow: Uuid | undefined;
  readonly budget: AskBudget;
}

/** What became of what a model proposed. */
export interface Proposals {
  readonly candidates: readonly JsonObject[];
  readonly rejected: readonly JsonObject[];
  readonly answer: ModelAnswer;
}

const SIGNATURES = FAMILIES.flatMap(({ functions }) => functions.map(({ signatures: [first] }) => first));

const named = (fields: readonly string[]): string[] => fields.slice(0, MOST_FIELDS).map((name) => scrubbed(name, 64));

/** Names and kinds of what a sample holds, and none of its values. */
const shapeOf = (value: Json): Json => {
  if (Array.isArray(value))
    return { list: value.length === 0 ? 'anything' : shapeOf((value as readonly Json[])[0] as Json) };
  if (isJsonObject(value)) return { object: named(Object.keys(value)) };
  return value === null ? 'null' : typeof value;
};

/** What a model is told: the wish, names, types and functions. No value of anything. */
const dataOf = ({ words, context, sample }: Wanted): JsonObject => {
  const { reach, names } = context;
  const views = reach?.types.get('tasks');
  const readable = (reach?.tasks ?? []).filter(({ mayBeRead }) => mayBeRead).slice(0, MOST_TASKS);
  const sampled = sample && !reach ? sample.variables : {};
  return {
    wanted: scrubbed(words, LONGEST),
    names: [...names].sort().map((name): Json => {
      const type = reach?.types.get(name);
      const seen: JsonObject = Object.hasOwn(sampled, name) ? { sample: shapeOf(sampled[name] as Json) } : {};
      return {
        name: scrubbed(name, 64),
        type: type ? typeName(type) : 'anything',
        fields: named(fieldsOf(type)),
        ...seen,
      };
    }),
    tasks: readable.map(({ id, mayMiss }): Json => {
      const output = fieldType(fieldType(views, id), 'output');
      return {
        id,
        output: output ? typeName(output) : 'anything',
        fields: named(fieldsOf(output)),
        may_have_none: mayMiss,
      };
    }),
    ...(isJsonObject(sampled.tasks ?? null) && { sampled_tasks: named(Object.keys(sampled.tasks as JsonObject)) }),
    functions: SIGNATURES,
  };
};

/** `${a}` of somebody who did not listen. */
const bare = (expression: string): string => /^\s*\$\{([^]*)\}\s*$/.exec(expression)?.[1] ?? expression;

/** Compiled where it is to stand, and worked out on the sample: what fails either is not shown. */
const judged = (
  given: Json,
  { context, sample }: Wanted,
): { readonly candidate?: JsonObject; readonly rejected?: JsonObject } => {
  const { expression: said, why } = isJsonObject(given) ? given : {};
  if (typeof said !== 'string') return {};
  const expression = bare(said.slice(0, LONGEST));
  const shown = expression.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu, ' ').slice(0, 500);
  if (shown !== expression && /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(expression))
    return { rejected: { expression: shown, reason: 'it has signs that nobody sees' } };
  const examined = examine(`\${${expression}}`, context);
  const [fault] = examined.faults;
  const { template } = examined;
  if (fault || !template) return { rejected: { expression: shown, reason: fault?.message ?? 'it can not be read' } };
  if (template.is !== 'expression') return { rejected: { expression: shown, reason: 'it is not one expression' } };
  const outcome = sample ? evaluateOn(template, sample) : undefined;
  if (outcome?.is === 'failed') return { rejected: { expression: shown, reason: outcome.reason } };
  const narrative = plainWords(why, { longest: MOST_WORDS }) ?? null;
  return {
    candidate: {
      ...{ source: 'llm', does: null, expression, type: typeName(examined.type), narrative, gives: null },
      result: outcome ? outcomeWords(outcome) : null,
      warnings: examined.warnings.map(({ message }) => message),
    },
  };
};

/** Candidates of a model. It is believed in nothing: each is compiled and tried by the engine's own core. */
export const proposalsOf = async (models: ModelAsker, wanted: Wanted): Promise<Proposals> => {
  const { workflow, budget } = wanted;
  const answer = await models.ask({
    ...{ purpose: 'expression_help', variables: { most: MOST }, data: dataOf(wanted), budget },
    ...(workflow !== undefined && { workflow }),
  });
  if (answer.is === 'silent') return { candidates: [], rejected: [], answer };
  const { candidates: said } = isJsonObject(answer.value ?? null) ? (answer.value as JsonObject) : {};
  const given = Array.isArray(said) ? (said as readonly Json[]).slice(0, MOST_READ) : [];
  const results = given.map((one) => judged(one, wanted));
  const candidates = results.flatMap(({ candidate }) => (candidate ? [candidate] : []));
  const rejected = results.flatMap(({ rejected: one }) => (one ? [one] : []));
  const unusable = results.length - candidates.length - rejected.length;
  answer.judge({
    accepted: candidates.length,
    rejected: rejected.length > 0 ? { compile: rejected.length } : {},
    unusable,
  });
  const seen = new Set<Json | undefined>();
  const distinct = candidates.filter(({ expression }) => !seen.has(expression) && seen.add(expression));
  return { candidates: distinct.slice(0, MOST), rejected, answer };
};
