import { fault, isJsonObject, pointer, type Fault, type Json } from '../../../kernel/index.js';
import type { AssumedResults } from '../../../llm/ports/index.js';
import { requestFault } from '../validation.js';

const KINDS: readonly (Json | undefined)[] = [undefined, 'transient', 'fatal'];

const faultOf = (result: Json, at: string): Fault | undefined => {
  if (isJsonObject(result) && Object.keys(result).length === 1) {
    if (Object.hasOwn(result, 'output')) return undefined;
    const { failure } = result;
    if (isJsonObject(failure) && typeof failure.code === 'string' && KINDS.includes(failure.kind)) return undefined;
  }
  return fault('wrong_type', at, { expected: '{output} or {failure: {code, kind?}}' });
};

/** Throws `validation_error` for what is no result. */
export const assumedResults = (body: Readonly<Record<string, unknown>>): AssumedResults => {
  for (const [name, result] of Object.entries(body)) {
    const at = pointer('/assume', name);
    if (!name.startsWith('/')) throw requestFault(fault('wrong_type', at, { expected: 'an address: /fetch' }));
    const found = faultOf(result as Json, at);
    if (found) throw requestFault(found);
  }
  return body as AssumedResults;
};
