import { err, fault, isJsonObject, ok, pointer, type Fault, type Json, type Result } from '../../kernel/index.js';
import type { Effects } from '../../engine/core/index.js';
import type { StatedFacts } from '../ports/index.js';

const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];
const FIELDS = ['effects', 'commuting'];
/** Actions and pairs that may be stated, and characters of the name of an action. */
const MOST = 10_000;
const LONGEST = 300;

/** The name of an action: `http/request`, or `tekton/action rhetor.generate_text`. */
const ACTION = /^[\w.-]+\/[\w.-]+( [\w.-]+\.[\w.-]+)?$/;

const isAction = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST && ACTION.test(value);

const wrong = (at: string, expected: string): Fault => fault('wrong_type', at, { expected });

/** What somebody states of actions, from a file or a request; every fault with its pointer. */
export const readFacts = (value: Json): Result<StatedFacts, readonly Fault[]> => {
  if (!isJsonObject(value)) return err([wrong('', 'an object')]);
  const unknown = Object.keys(value)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => fault('unknown_field', pointer('', field), { field, known: FIELDS.join(', ') }));
  const [effects, commuting] = [value.effects ?? {}, value.commuting ?? []];
  const faults = [...unknown, ...faultsOfEffects(effects), ...faultsOfPairs(commuting)];
  return faults.length > 0 ? err(faults) : ok({ effects, commuting } as unknown as StatedFacts);
};

const faultsOfEffects = (effects: Json): Fault[] => {
  if (!isJsonObject(effects) || Object.keys(effects).length > MOST)
    return [wrong('/effects', `an object of at most ${MOST} actions`)];
  return Object.entries(effects).flatMap(([action, effect]) => [
    ...(isAction(action) ? [] : [wrong(pointer('/effects', action), 'the name of an action, such as http/request')]),
    ...((EFFECTS as readonly unknown[]).includes(effect)
      ? []
      : [wrong(pointer('/effects', action), `one of ${EFFECTS.join(', ')}`)]),
  ]);
};

const faultsOfPairs = (pairs: Json): Fault[] => {
  if (!Array.isArray(pairs) || pairs.length > MOST) return [wrong('/commuting', `a list of at most ${MOST} pairs`)];
  return (pairs as readonly Json[]).flatMap((pair, index) =>
    Array.isArray(pair) && pair.length === 2 && pair.every(isAction)
      ? []
      : [wrong(`/commuting/${index}`, 'two names of actions')],
  );
};
