import { err, isJsonObject, ok, type Json, type JsonObject, type Result } from '../../kernel/index.js';
import type { Candidate, OpenQuestion } from '../ports/index.js';
import { throughGates, type CandidateObjection, type GateParts, type GateRequest } from './gate/index.js';
import type { WrittenDraft } from './model/index.js';
import { candidateId } from './template-candidate.js';

/** What has to be given to each of its executions. */
const questionsOf = ({ input_schema: schema }: JsonObject): readonly OpenQuestion[] => {
  const { properties, required } = isJsonObject(schema ?? null) ? (schema as JsonObject) : {};
  const fields = isJsonObject(properties ?? null) ? (properties as JsonObject) : {};
  const needed = new Set(Array.isArray(required) ? (required as readonly Json[]) : []);
  return Object.entries(fields).flatMap(([parameter, about]): OpenQuestion[] => {
    if (!needed.has(parameter) || !isJsonObject(about) || about.default !== undefined) return [];
    const { description, ...rest } = about;
    const words = typeof description === 'string' ? description : null;
    return [{ parameter, description: words, schema: rest, required: true, default: null, asInput: true }];
  });
};

/** What a model has written, through the gates. */
export const modelCandidate = (
  draft: WrittenDraft,
  request: GateRequest,
  gates: GateParts,
): Result<Candidate, CandidateObjection> => {
  const passed = throughGates(draft.definition, request, gates);
  if (!passed.ok) return err(passed.error);
  const { document: definition, ...rest } = passed.value;
  const { why, provider, model, promptVersion } = draft;
  return ok({
    ...{ id: candidateId('llm', definition, null), source: 'llm', title: definition.name as string, definition },
    ...{ equivalence: 'behaviour-change', questions: questionsOf(definition), slots: [], template: null },
    ...rest,
    ...(why !== undefined && { why }),
    ...{ provider, model, promptVersion },
  });
};
