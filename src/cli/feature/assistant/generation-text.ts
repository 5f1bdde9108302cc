import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';
import { lessThanAsked } from '../less-than-asked.js';

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];
const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

const sourceOf = ({ source, template, model }: JsonObject): string =>
  source === 'template'
    ? `template ${text(object(template).name)}, nearness ${text(object(template).nearness)}`
    : `by ${text(model)}`;

const questionLine = ({ parameter, description, required, default: fallback, asInput }: JsonObject): string => {
  const about = description === null ? '' : `  ${text(description)}`;
  const otherwise = required
    ? asInput
      ? ' (asked of each execution)'
      : ' (needed)'
    : ` (else ${text(fallback) || 'none'})`;
  return `    ? ${text(parameter)}${otherwise}${about}`;
};

const reachLine = (plan: JsonObject): readonly string[] => {
  const hosts = [...new Set(list(plan.hosts).map(({ host }) => text(host)))];
  const secrets = [...list(plan.credentials), ...list(plan.secrets)].map(({ name }) => text(name));
  const work = list(plan.tasks).map(({ task, work: what }) => `${text(task)} ${text(what)}`);
  return [
    `    tasks: ${work.join(', ')}`,
    ...(hosts.length > 0 ? [`    reaches: ${hosts.join(', ')}`] : []),
    ...(secrets.length > 0 ? [`    uses credentials: ${secrets.join(', ')}`] : []),
  ];
};

/** Needed ones are all told; of the others there may be many. */
const MOST_OTHERS = 6;

const candidateLines = (candidate: JsonObject, index: number): readonly string[] => {
  const { title, risk, slots, plan, flags, why, definition, gates } = candidate;
  const questions = list(candidate.questions);
  const needed = questions.filter(({ required }) => required === true);
  const others = questions.filter(({ required }) => required !== true);
  const failed = list(gates).filter(({ ok }) => ok === false);
  return [
    `${index + 1}. ${text(title)}  (${sourceOf(candidate)}; risk ${text(risk)})`,
    ...(why === undefined ? [] : [`    it says: ${text(why)}`]),
    ...list(slots).map(
      ({ parameter, value, text: said }) => `    ${text(parameter)} = ${text(value)}  "${text(said)}"`,
    ),
    ...needed.map(questionLine),
    ...others.slice(0, MOST_OTHERS).map(questionLine),
    ...(others.length > MOST_OTHERS ? [`    … ${others.length - MOST_OTHERS} more have defaults`] : []),
    ...(isJsonObject(plan) ? reachLine(plan) : []),
    ...list(flags).map(({ code, detail, pointer }) => `    ! ${text(code)} ${text(pointer)}: ${text(detail)}`),
    ...(definition === null ? failed.map(({ detail }) => `    no definition: ${text(detail)}`) : []),
  ];
};

const nothingLines = (analysis: JsonObject): readonly string[] => {
  if (!isJsonObject(analysis.nothingNear)) return [];
  const { message, templates, types } = analysis.nothingNear;
  return [
    text(message),
    `templates: ${(templates as string[]).join(', ')}`,
    `task types: ${(types as string[]).join(', ')}`,
  ];
};

/** Candidates for a person. */
export const generationText = ({ candidates, analysis, degraded, rejected }: JsonObject): string => {
  const lines = [
    ...lessThanAsked(degraded),
    ...list(candidates).flatMap(candidateLines),
    ...list(rejected).map(
      ({ source, gate, reason, detail }) =>
        `left out (${text(source)}): ${text(gate)}/${text(reason)}: ${text(detail)}`,
    ),
    ...nothingLines(object(analysis)),
  ];
  return `${lines.join('\n')}\n`;
};
