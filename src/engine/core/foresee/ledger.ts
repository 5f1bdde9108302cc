import { canonicalJson, type Json } from '../../../kernel/index.js';
import type { KnownField } from './knowledge.js';
import type { Because } from './place.js';

/** Different inputs of a task that are told apart: when there are so many, there may be more. */
export const MOST_INPUTS = 20;

/** What is known of an input of a task. */
export type KnownInput = ReadonlyMap<string, KnownField>;

/** How often a task runs in one world, and why not more often. */
export interface Count {
  min: number;
  max: number;
  /** Items, iterations: of a map or a loop that runs. */
  sizes: { min: number; max: number } | undefined;
  readonly because: Map<string, Because>;
  readonly inputs: Map<string, KnownInput>;
  /** Of a step that starts an execution: what it may give it; undefined: that is not known. */
  readonly given: Map<string, Json | undefined>;
}

/** Writes down, by pattern, what happens in one world. */
export class Counts {
  readonly byPattern = new Map<string, Count>();
  /** In some scope something may fail, and nobody handles it there. */
  hasFailures = false;

  of(pattern: string): Count {
    const known = this.byPattern.get(pattern);
    if (known) return known;
    const made: Count = { min: 0, max: 0, sizes: undefined, because: new Map(), inputs: new Map(), given: new Map() };
    this.byPattern.set(pattern, made);
    return made;
  }

  because(pattern: string, because: Because): void {
    this.of(pattern).because.set(canonicalJson(because), because);
  }

  input(pattern: string, input: KnownInput): void {
    const { inputs } = this.of(pattern);
    if (inputs.size < MOST_INPUTS) inputs.set(canonicalJson([...input]), input);
  }

  /** Of so many different ones it is not known any more which there are. */
  given(pattern: string, input: Json | undefined): void {
    const { given } = this.of(pattern);
    const one = given.size < MOST_INPUTS ? input : undefined;
    given.set(one === undefined ? '' : canonicalJson(one), one);
  }

  size(pattern: string, min: number, max: number): void {
    const count = this.of(pattern);
    const { sizes } = count;
    count.sizes = sizes ? { min: Math.min(sizes.min, min), max: Math.max(sizes.max, max) } : { min, max };
  }
}
