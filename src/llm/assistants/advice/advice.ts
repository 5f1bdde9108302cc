import { HarmoniaError, type Json, type JsonObject } from '../../../kernel/index.js';
import {
  DEGRADED_WORDS,
  type AdviceRequest,
  type AdviceSubject,
  type DegradedReason,
  type SuggestUsage,
} from '../../ports/index.js';
import type { PromptPurpose } from '../../prompt/index.js';
import { scrubbedJson } from '../../untrusted/index.js';
import type { AskBudget, ModelAnswer, ModelAsker } from '../asking/index.js';
import { readExpansion, readProse, readResult, readTransition } from './read-advice.js';

/** Characters of a text that are told to a model. */
const LONGEST = 32 * 1024;

type Answered = Extract<ModelAnswer, { is: 'answered' }>;

interface Advice {
  readonly purpose: PromptPurpose;
  /** What is shown of an answer; undefined: it is of no use. */
  readonly read: (answer: Answered, told: JsonObject) => JsonObject | undefined;
}

const ADVICE: Readonly<Record<AdviceSubject, Advice>> = {
  creation: { purpose: 'workflow_creation', read: readProse },
  troubleshooting: { purpose: 'workflow_troubleshooting', read: readProse },
  evaluation: { purpose: 'expression_evaluation', read: readResult },
  transition: { purpose: 'state_transition', read: readTransition },
  expansion: { purpose: 'template_expansion', read: readExpansion },
};

const noAnswer = (reason: DegradedReason, usage: SuggestUsage): HarmoniaError =>
  new HarmoniaError('llm_no_answer', { reason: DEGRADED_WORDS[reason] }, { details: { reason, usage: { ...usage } } });

/** Nothing of ours stands behind the model. */
const lessOf = ({ degraded, model }: Answered): Json => {
  if (!degraded) return null;
  return degraded.to === 'rules' ? { from: 'llm', to: model, reason: degraded.reason } : { ...degraded };
};

/**
 * What a model says to one of the five prompts of the old Harmonia. Nobody has checked more of it than its shape; nothing
 * keeps it, runs it or goes by it. What was given is told without what looks like a secret. Rules can not answer these:
 * without an answer of use it throws `llm_no_answer`, with the reason and what was spent in its details.
 */
export const adviceOf = async (
  { about, given }: Pick<AdviceRequest, 'about' | 'given'>,
  { models, budget }: { readonly models: ModelAsker; readonly budget: AskBudget },
): Promise<JsonObject> => {
  const { purpose, read } = ADVICE[about];
  const told = scrubbedJson(given, LONGEST) as JsonObject;
  const answer = await models.ask({ purpose, data: told, budget });
  if (answer.is === 'silent') throw noAnswer(answer.degraded.reason, answer.usage);
  const said = read(answer, told);
  answer.judge({ accepted: said ? 1 : 0, rejected: {}, unusable: said ? 0 : 1 });
  if (!said) throw noAnswer('unusable', answer.usage);
  const { provider, model, promptVersion, usage } = answer;
  return {
    ...{ ...said, untrusted: true, provider, model, prompt_version: promptVersion },
    ...{ degraded: lessOf(answer), usage: { ...usage } },
  };
};
