import {
  compileTemplate,
  evaluateTemplate,
  type CompileOptions,
  type Scope,
} from '../../src/engine/core/expression/index.js';
import type { Json } from '../../src/kernel/index.js';

const OPTIONS: CompileOptions = { pointer: '/x', names: new Set(['input', 'workflow', 'execution']), secrets: false };

/** What a template gives on an input: a value, the code of its first fault, or `expression_error` with the reason. */
export type Outcome = { value: Json } | { fault: string } | { error: string };

export const outcomeOf = (source: Json, input: Json = {}): Outcome => {
  const compiled = compileTemplate(source, OPTIONS);
  const [fault] = compiled.faults;
  if (fault) return { fault: fault.code };
  let counter = 0;
  const scope: Scope = {
    variables: { input, tasks: {}, workflow: { name: 'w' }, execution: { id: 'e' }, error: null },
    now: 1_000,
    uuid: () => `uuid-${counter++}`,
  };
  const result = evaluateTemplate(compiled.value, scope);
  return result.ok ? { value: result.value.value } : { error: result.error.message };
};

/** The value of one expression; throws where there is none. */
export const valueOf = (expression: string, input: Json = {}): Json => {
  const outcome = outcomeOf(`\${${expression}}`, input);
  if ('value' in outcome) return outcome.value;
  throw new Error(`${expression}: ${JSON.stringify(outcome)}`);
};
