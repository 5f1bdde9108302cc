import { isJsonObject, pointerTokens, pointer, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { NO_FACTS, type Claim, type Facts } from '../../../src/llm/optimizer/ir/index.js';

/** Two versions, and what is claimed of them. */
export interface Claimed {
  readonly base: JsonObject;
  readonly candidate: JsonObject;
  readonly claim: Claim;
  readonly facts: Facts;
}

const placesIn = (value: Json, at: string): string[] => {
  const inner = Array.isArray(value)
    ? value.flatMap((entry: Json, index) => placesIn(entry, pointer(at, index)))
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([key, entry]) => placesIn(entry, pointer(at, key)))
      : [];
  return at === '' ? inner : [at, ...inner];
};

/** Without what stands there; the same when nothing does. */
const without = (value: Json, [token, ...rest]: readonly string[]): Json => {
  if (token === undefined) return value;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return rest.length === 0
      ? list.filter((_, index) => String(index) !== token)
      : list.map((entry, index) => (String(index) === token ? without(entry, rest) : entry));
  }
  if (!isJsonObject(value) || !(token in value)) return value;
  const { [token]: inner = null, ...others } = value;
  if (rest.length === 0) return others;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, key === token ? without(inner, rest) : entry]),
  );
};

const lessOf = (question: Claimed): Claimed[] => {
  const { base, candidate, claim, facts } = question;
  const places = [...new Set([...placesIn(base, ''), ...placesIn(candidate, '')])];
  const documents = places.map((place): Claimed => {
    const tokens = pointerTokens(place);
    return {
      ...{ claim: claimWithout(claim, tokens), facts },
      base: without(base, tokens) as JsonObject,
      candidate: without(candidate, tokens) as JsonObject,
    };
  });
  const fewer = placesIn(facts as unknown as Json, '').map((place): Claimed => {
    const less = without(facts as unknown as Json, pointerTokens(place)) as unknown as Partial<Facts>;
    return { ...question, facts: { ...NO_FACTS, ...less } };
  });
  return [...documents, ...fewer];
};

/** What was said of a task that is not there any more. */
const claimWithout = (claim: Claim, tokens: readonly string[]): Claim => {
  const id = tokens.at(-1) ?? '';
  const isOf = (path: string): boolean => path.split('/').includes(id);
  const rest = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([path]) => !isOf(path)));
  return { ...claim, stands: rest(claim.stands), gone: rest(claim.gone), policies: rest(claim.policies) };
};

const sizeOf = ({ base, candidate, facts }: Claimed): number => JSON.stringify([base, candidate, facts]).length;

/**
 * The smallest question found that is still so: whatever can be left out of both versions is. The versions must have been
 * compiled to be asked about, so what is left out may not make them invalid.
 */
export const shrink = (first: Claimed, isSo: (question: Claimed) => boolean): Claimed => {
  let question = first;
  for (;;) {
    const less = lessOf(question).find((one) => sizeOf(one) < sizeOf(question) && isSo(one));
    if (!less) return question;
    question = less;
  }
};
