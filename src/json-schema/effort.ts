import { isJsonObject, ownValue, pointerTokens, type Json } from '../kernel/index.js';

/** Work of one check: schema nodes evaluated by way of references. Some tenths of a second. */
const MOST = 4_000_000;

/** Values in a JSON value, itself included. Stops counting beyond `limit`. */
export const nodesIn = (value: Json, limit = Number.MAX_SAFE_INTEGER): number => {
  let count = 0;
  const waiting: Json[] = [value];
  while (waiting.length > 0 && count <= limit) {
    const next = waiting.pop() as Json;
    count++;
    if (typeof next !== 'object' || next === null) continue;
    for (const inner of Object.values(next)) waiting.push(inner);
  }
  return count;
};

/** A check was given up: it would take too long. */
export class TooMuchEffort extends Error {}

/**
 * What one check may still cost. References are what makes a small schema expensive: two to the same place, thirty
 * levels deep, are 2³⁰ evaluations. So each reference pays for the schema it leads to.
 */
export class Effort {
  private left = MOST;

  begin(): void {
    this.left = MOST;
  }

  spend(weight: number): void {
    this.left -= weight;
    if (this.left < 0) throw new TooMuchEffort();
  }
}

const tokensOf = (reference: string): string[] | undefined => {
  try {
    return pointerTokens(decodeURIComponent(reference.slice(1)));
  } catch {
    return undefined;
  }
};

/** Schema nodes that a reference leads to; the whole schema's when that is not plain from the reference. */
export const weightOf = (schema: Json, reference: string, whole: number): number => {
  const tokens = reference.startsWith('#/') ? tokensOf(reference) : undefined;
  let target: Json | undefined = schema;
  for (const token of tokens ?? []) {
    if (Array.isArray(target)) target = (target as Json[])[Number(token)];
    else target = isJsonObject(target) ? ownValue(target, token) : undefined;
  }
  return tokens && target !== undefined ? nodesIn(target) : whole;
};
