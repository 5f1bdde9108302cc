import type { JsonObject, Uuid } from '../../../kernel/index.js';
import { NO_USAGE } from '../../lines/index.js';
import { rulesOnly } from '../../ports/index.js';
import { plainWords, scrubbed } from '../../untrusted/index.js';
import type { AskBudget, ModelAnswer, ModelAsker } from '../asking/index.js';
import { explanationOf, namesGiven, textOf, type Explained, type Section } from './explanation.js';

/** Characters that are kept of what a model says. */
const MOST_WORDS = 2000;
/** Lines, and names that people gave, that are told to a model, and characters of each. */
const MOST_LINES = 200;
const MOST_NAMES = 100;
const LONGEST = 300;

/** Who may be asked for words of their own, and what that may take. */
export interface Asked {
  readonly models: ModelAsker;
  readonly workflow: Uuid;
  readonly budget: AskBudget;
}

/** What a model said, as its own words. */
const narrativeIn = (answer: Extract<ModelAnswer, { is: 'answered' }>): JsonObject | undefined => {
  const text = plainWords(answer.text, { longest: MOST_WORDS, lines: true });
  answer.judge({ accepted: text === undefined ? 0 : 1, rejected: {}, unusable: text === undefined ? 1 : 0 });
  if (text === undefined) return undefined;
  const { provider, model, promptVersion } = answer;
  return { text, untrusted: true, provider, model, prompt_version: promptVersion };
};

/** What is told of it: what we say of it ourselves, and what people call its parts. No value of an input is in it. */
const dataOf = (sections: readonly Section[], about: Explained): JsonObject => {
  const { workflow } = about.study;
  const lines = sections.flatMap(({ title, lines: said }) => [title, ...said]).slice(0, MOST_LINES);
  const names = namesGiven(workflow).slice(0, MOST_NAMES);
  return {
    facts: lines.map((line) => scrubbed(line, LONGEST)),
    names: names.map(({ id, text }) => ({ task: id, text: scrubbed(text, LONGEST) })),
  };
};

/** What a workflow does, in words: ours, and a model's if one is asked. Ours are the same whatever that says. */
export const explainWorkflow = async (about: Explained, asked: Asked | undefined): Promise<JsonObject> => {
  const { audience, study } = about;
  const { name, version } = study.workflow;
  const sections = explanationOf(about);
  const told = {
    ...{ workflow: { name, version }, audience, text: textOf(sections) },
    sections: sections.map(({ id, title, lines }) => ({ id, title, lines: [...lines] })),
  };
  if (!asked) return { ...told, narrative: null, degraded: null, usage: { ...NO_USAGE } };
  const { models, workflow, budget } = asked;
  const data = dataOf(sections, about);
  const answer = await models.ask({ purpose: 'explain', variables: { audience }, data, workflow, budget });
  const usage = { ...answer.usage };
  if (answer.is === 'silent') return { ...told, narrative: null, degraded: { ...answer.degraded }, usage };
  const narrative = narrativeIn(answer);
  const degraded = narrative ? answer.degraded : rulesOnly('unusable');
  return { ...told, narrative: narrative ?? null, degraded: degraded ? { ...degraded } : null, usage };
};
