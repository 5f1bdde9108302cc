import { fault, HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import { placesOf, type Facts, type PlacedTask, type Places } from '../optimizer/ir/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { Confirmation, StatedFacts, StoredConfirmation, SuggestionStore } from '../ports/index.js';
import { hashOf } from './identity.js';

export const NOTHING_STATED: StatedFacts = { effects: {}, commuting: [] };

/** What is known of actions and of pairs of tasks: configured, stated over the API, confirmed by people. */
export class FactBook {
  constructor(
    private readonly store: SuggestionStore,
    /** From the settings of the service. What is stated over the API goes before it. */
    readonly configured: StatedFacts = NOTHING_STATED,
  ) {}

  async stated(): Promise<StatedFacts> {
    return (await this.store.statedFacts()) ?? NOTHING_STATED;
  }

  state(facts: StatedFacts): Promise<void> {
    return this.store.stateFacts(facts);
  }

  /** In an order that depends on nothing but the facts: certificates name them by their hash. */
  async factsFor(workflow: Uuid, compiled: CompiledWorkflow): Promise<Facts> {
    const stated = await this.stated();
    const effects = sorted({ ...this.configured.effects, ...stated.effects });
    const pairs = [...this.configured.commuting, ...stated.commuting].map(([one, other]) => ordered(one, other));
    const commuting = unique(pairs);
    const confirmed = await this.store.confirmations(workflow);
    if (confirmed.length === 0) return { effects, commuting, unordered: [] };
    const places = placesOf(compiled);
    const unordered = confirmed
      .filter((pair) => wordsOf(pair, places) === pair.words)
      .map(({ scope, tasks }) => ({ scope, tasks }));
    return { effects, commuting, unordered };
  }

  /** Throws `validation_error` for pairs that are not there. */
  async confirm(workflow: Uuid, pairs: readonly Confirmation[], compiled: CompiledWorkflow): Promise<void> {
    const places = placesOf(compiled);
    const faults = pairs.flatMap((pair, index) =>
      wordsOf(pair, places) === undefined
        ? [fault('wrong_type', `/unordered/${index}`, { expected: 'two tasks of one scope of the workflow' })]
        : [],
    );
    if (faults.length > 0)
      throw new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });
    const stored = pairs.map(({ scope, tasks: [one, other] }): StoredConfirmation => {
      const pair = { scope, tasks: ordered(one, other) };
      return { ...pair, words: wordsOf(pair, places) as string };
    });
    await this.store.confirm(workflow, unique(stored));
  }

  /** Those that still hold: neither task says anything else since. */
  async confirmations(workflow: Uuid, compiled: CompiledWorkflow): Promise<readonly Confirmation[]> {
    return (await this.factsFor(workflow, compiled)).unordered;
  }
}

const ordered = (one: string, other: string): readonly [string, string] => (one < other ? [one, other] : [other, one]);

const unique = <T>(values: readonly T[]): T[] => {
  const byWords = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byWords].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
};

const sorted = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Of two siblings: what both say, without their edges. A confirmation ends when one of them says something else. */
const wordsOf = ({ scope, tasks: [one, other] }: Confirmation, places: Places): string | undefined => {
  if (one === other) return undefined;
  const [a, b] = ordered(one, other).map((id) => places.at(`${scope}/${id}`));
  return a && b && a.home === b.home ? hashOf([withoutEdges(a), withoutEdges(b)]) : undefined;
};

const withoutEdges = ({ source }: PlacedTask): JsonObject => {
  const { depends_on: _, ...rest } = source as Record<string, Json>;
  return rest;
};
