import { canonicalJson, contentHash, err, ok, type Json, type JsonObject, type Result } from '../../kernel/index.js';
import type { Candidate, CandidateGate, OpenQuestion, TemplateBook } from '../ports/index.js';
import type { NearTemplate } from './floor/index.js';
import { throughGates, type CandidateObjection, type GateParts, type Restriction } from './gate/index.js';

export const candidateId = (source: Candidate['source'], definition: Json, open: Json): string =>
  contentHash(canonicalJson([source, definition, open]));

/** What the words left open: what is needed first. */
const questionsOf = ({ template, filling }: NearTemplate): readonly OpenQuestion[] => {
  const filled = new Set(filling.filled.map(({ name }) => name));
  const open = Object.entries(template.parameters).flatMap(([parameter, about]): OpenQuestion[] => {
    if (filled.has(parameter)) return [];
    const { schema, description, required, secret, default: fallback } = about;
    const isNeeded = required && fallback === undefined;
    return [
      {
        ...{ parameter, description: description ?? null, schema, required: isNeeded, default: fallback ?? null },
        asInput: isNeeded && !secret,
      },
    ];
  });
  return [...open.filter(({ required }) => required), ...open.filter(({ required }) => !required)];
};

/** Whatever is said of what is open, these stay. */
const FOR_GOOD: readonly string[] = ['task_type_unknown', 'type_not_allowed', 'component_not_allowed'];

/** The template with what the words say, through the gates. What can not stand open leaves it without a definition. */
export const templateCandidate = async (
  near: NearTemplate,
  restriction: Restriction,
  { templates, gates }: { readonly templates: Pick<TemplateBook, 'draft'>; readonly gates: GateParts },
): Promise<Result<Candidate, CandidateObjection>> => {
  const { template, nearness, filling } = near;
  const { id, name, version } = template;
  const values: JsonObject = Object.fromEntries(filling.filled.map((slot) => [slot.name, slot.value]));
  const { document, faults } = await templates.draft({ id, version }, values);
  const questions = questionsOf(near);
  const about = {
    source: 'template',
    equivalence: 'behaviour-change',
    ...{ title: name, questions },
    slots: filling.filled.map((slot) => ({ parameter: slot.name, value: slot.value, text: slot.text })),
    template: { id, name, version, nearness },
  } as const;
  const without = (gate: CandidateGate, detail: string): Candidate => ({
    ...about,
    id: candidateId('template', null, { id, version, values }),
    ...{ definition: null, risk: 'medium', flags: [], plan: null },
    questions: questions.map((question) => ({ ...question, asInput: false })),
    gates: [{ id: gate, ok: false, detail }],
  });
  if (!document) {
    const { pointer = '', message = 'it can not be filled in', cure = '' } = faults[0] ?? {};
    return ok(without('parse', `${pointer}: ${message} ${cure}`.trim()));
  }
  const passed = throughGates(document, { restriction }, gates);
  if (!passed.ok) {
    const { gate, reason, detail } = passed.error;
    const isOpen = questions.some(({ asInput }) => asInput) && !FOR_GOOD.includes(reason);
    return isOpen ? ok(without(gate, detail)) : err(passed.error);
  }
  const { document: definition, ...rest } = passed.value;
  return ok({ ...about, id: candidateId('template', definition, values), definition, ...rest });
};
