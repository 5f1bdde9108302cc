import { fault } from '../../../kernel/index.js';
import type { GenerateRequest } from '../../../llm/ports/index.js';
import { requestFault } from '../validation.js';
import type { GenerateDto } from './generation-bodies.js';

/** What a body asks for. Throws `validation_error` when its goal says nothing. */
export const generateRequest = (body: GenerateDto): GenerateRequest => {
  if (body.goal.trim() === '') throw requestFault(fault('required_field', '/goal', { field: 'goal' }));
  return body;
};
