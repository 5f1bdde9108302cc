import {
  definitionsOf,
  replay,
  type CompiledWorkflow,
  type Definitions,
  type PinnedWorkflow,
  type RunState,
} from '../core/index.js';
import type { StoredJournal } from '../ports/index.js';

/** The definition of a content hash, as a set of plugin versions has it. */
export type FindDefinition = (definition: string, plugins: PinnedWorkflow['plugins']) => Promise<CompiledWorkflow>;

/** The definitions that a journal needs. */
export const definitionsFor = async ({ events }: StoredJournal, find: FindDefinition): Promise<Definitions> => {
  const definitions = new Map<string, CompiledWorkflow>();
  for (const [hash, plugins] of definitionsOf(events.map(({ event }) => event)))
    definitions.set(hash, await find(hash, plugins));
  return definitions;
};

/** The state that a journal comes to. Throws `JournalDamaged`. */
export const replayStored = (stored: StoredJournal, definitions: Definitions): RunState =>
  replay(
    definitions,
    stored.events.map(({ event }) => event),
  );
