import { messageOf, type Json } from '../../kernel/index.js';
import type { Failure } from '../../engine/core/index.js';

export type CheckedOutput =
  { readonly is: 'json'; readonly output: Json } | { readonly is: 'refused'; readonly failure: Failure };

const refused = (reason: string): CheckedOutput => ({
  is: 'refused',
  failure: { kind: 'fatal', code: 'output_invalid', message: messageOf('output_invalid', { reason }) },
});

/** Nesting of an output. */
const DEEPEST = 200;

/** What is not plain JSON about a value; undefined when it is. */
const faultIn = (value: unknown, path: string, depth: number): string | undefined => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object') return `${path} is a ${typeof value}`;
  if (depth > DEEPEST) return `${path.slice(0, 100)} is nested deeper than ${DEEPEST}, or in a circle`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = faultIn(value[index], `${path}[${index}]`, depth + 1);
      if (fault) return fault;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${path} is a ${value.constructor.name}`;
  for (const [key, entry] of Object.entries(value)) {
    const fault = faultIn(entry, `${path}.${key}`, depth + 1);
    if (fault) return fault;
  }
  return undefined;
};

/** Lets plain JSON of bounded size through; `undefined` counts as null. */
export const checkOutput = (value: unknown, maxBytes: number): CheckedOutput => {
  if (value === undefined || value === null) return { is: 'json', output: null };
  const fault = faultIn(value, 'output', 0);
  if (fault) return refused(fault);
  if (typeof value === 'object' || typeof value === 'string') {
    const size = JSON.stringify(value).length;
    if (size > maxBytes) {
      const params = { subject: 'The output', size, limit: maxBytes, setting: 'HARMONIA_MAX_PAYLOAD_BYTES' };
      return {
        is: 'refused',
        failure: { kind: 'fatal', code: 'payload_too_large', message: messageOf('payload_too_large', params) },
      };
    }
  }
  return { is: 'json', output: value as Json };
};
