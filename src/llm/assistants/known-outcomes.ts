import type { Assume, Assumed } from '../../engine/core/index.js';
import { isJsonObject, type Json } from '../../kernel/index.js';
import type { AssumedResults } from '../ports/index.js';

/** What tasks come to that only pass on what they are given. */
const PASSING: Readonly<Record<string, (input: Json) => Assumed | undefined>> = {
  'core/noop': () => ({ is: 'completed', output: null }),
  'core/delay': () => ({ is: 'completed', output: null }),
  'core/value': (input) => ({ is: 'completed', output: input }),
  'core/fail': (input) => (isJsonObject(input) && input.times === undefined ? failed(input) : undefined),
};

const failed = ({ code, kind, message }: Readonly<Record<string, Json>>): Assumed => ({
  is: 'failed',
  failure: {
    kind: kind === 'transient' ? 'transient' : 'fatal',
    code: typeof code === 'string' ? code : 'task_failed',
    message: typeof message === 'string' ? message : 'failed on purpose',
  },
});

const given = (results: AssumedResults, pattern: string, address: string | undefined): Assumed | undefined => {
  const name = [address, pattern].find((one) => one !== undefined && Object.hasOwn(results, one));
  const result = name === undefined ? undefined : results[name];
  if (!result) return undefined;
  if ('output' in result) return { is: 'completed', output: result.output };
  const { code, kind = 'fatal' } = result.failure;
  return { is: 'failed', failure: { kind, code, message: `assumed: ${code}` } };
};

/** How tasks end: as somebody assumes, else as the core tasks must. */
export const knownOutcomes =
  (results: AssumedResults = {}): Assume =>
  ({ pattern, address, task, input }) => {
    const said = given(results, pattern, address);
    if (said || task.work.is !== 'task' || input === undefined) return said;
    return PASSING[task.work.type]?.(input);
  };
