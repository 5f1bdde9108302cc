import { NO_USAGE } from '../../lines/index.js';
import type { ComponentDirectory, CompiledWorkflow, TaskCatalogue } from '../../../engine/core/index.js';
import type { Instant, JsonObject, Uuid } from '../../../kernel/index.js';
import type { AskBudget, ModelAsker } from '../asking/index.js';
import { proposalsOf } from './candidates.js';
import { contextOf, contextWords } from './context.js';
import { examinedWords } from './examine.js';
import { findExamples } from './find-examples.js';
import { sampleOf } from './sample.js';

/** Kept examples that are shown. */
const MOST_EXAMPLES = 6;

/** What somebody asks about an expression. */
export interface ExpressionQuestion {
  /** To be looked at; absent: none is there yet. */
  readonly expression: string | undefined;
  /** What is wanted, in words; absent: nothing. */
  readonly words: string | undefined;
  readonly workflow: Uuid | undefined;
  /** Where it is to stand; absent: nobody says. */
  readonly compiled: CompiledWorkflow | undefined;
  /** Of a task of it; absent: the output of the workflow. */
  readonly task: string | undefined;
  /** Values of root names; absent: nothing is worked out. */
  readonly sample: JsonObject | undefined;
  readonly catalogue: TaskCatalogue;
  readonly components: ComponentDirectory | undefined;
  readonly now: Instant;
}

/** Who may be asked for candidates; absent: nobody is wanted. */
export interface ExpressionModels {
  readonly models: ModelAsker;
  readonly budget: AskBudget;
}

/** What can be said about an expression, or about words that are to become one. The kept examples are there whatever a model does. */
export const helpWithExpression = async (
  question: ExpressionQuestion,
  asked: ExpressionModels | undefined,
): Promise<JsonObject> => {
  const { expression, words, compiled, task, sample: given, catalogue, components, now, workflow } = question;
  const context = contextOf(compiled, task, {
    catalogue,
    components,
    sampled: Object.keys(given ?? {}).filter((name) => name !== 'tasks'),
  });
  const sample = given && sampleOf(given, { now, schema: compiled?.inputSchema });
  const examples = words === undefined ? [] : findExamples(words, MOST_EXAMPLES, now);
  const told = {
    expression: expression === undefined ? null : examinedWords(expression, context, sample),
    context: contextWords(context),
  };
  const kept = examples.map(({ source, does, expression: shown, gives }) => ({
    ...{ source, does, expression: shown, gives, type: null, narrative: null, result: null, warnings: [] },
  }));
  if (words === undefined || !asked)
    return { ...told, candidates: kept, rejected: [], degraded: null, usage: { ...NO_USAGE } };
  const { models, budget } = asked;
  const { candidates, rejected, answer } = await proposalsOf(models, { words, context, sample, workflow, budget });
  const { degraded, usage } = answer;
  return {
    ...told,
    candidates: [...candidates, ...kept],
    rejected: [...rejected],
    degraded: degraded ? { ...degraded } : null,
    usage: { ...usage },
  };
};
