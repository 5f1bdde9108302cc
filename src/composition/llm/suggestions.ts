import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/index.js';
import { systemTimers } from '../../engine/embedded/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { FactBook, NOTHING_STATED, readFacts, SuggestionDesk, type KeptHistories } from '../../llm/index.js';
import type { Proposer, StatedFacts } from '../../llm/ports/index.js';
import { newId } from '../../new-id.js';
import type { Storage } from '../../persistence/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { parseYaml } from '../../yaml/index.js';

export interface SuggestionComposition {
  readonly config: Config;
  readonly storage: Pick<Storage, 'suggestions' | 'trials' | 'trialRuns'>;
  readonly histories: KeptHistories;
  readonly catalog: WorkflowCatalog;
  /** Proposes what rules do not find. Default: nobody does. */
  readonly proposer: Proposer;
  /** What the operator states of actions. */
  readonly configured: StatedFacts;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const SETTING = 'HARMONIA_OPTIMIZER_FACTS';

/** What the file of the settings states. Throws `invalid_configuration`. */
export const readConfiguredFacts = async ({ optimizer: { facts: file } }: Config): Promise<StatedFacts> => {
  if (file === undefined) return NOTHING_STATED;
  const refuse = (reason: string): HarmoniaError =>
    new HarmoniaError('invalid_configuration', { name: SETTING, reason });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw refuse(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  });
  const parsed = parseYaml(text);
  if (!parsed.ok) throw refuse(`${file}: ${parsed.error}`);
  const facts = readFacts(parsed.value);
  if (facts.ok) return facts.value;
  const [first] = facts.error;
  throw refuse(`${file}${first?.pointer ?? ''}: ${first?.message ?? ''}`);
};

/** Suggestions over the storage and the workflows that are there. */
export const createSuggestions = (parts: SuggestionComposition): SuggestionDesk => {
  const { config, storage, catalog, proposer, configured, histories, onTrouble } = parts;
  const { maxRunningTasks, perTask } = config.limits;
  const now = (): number => systemTimers.now();
  return new SuggestionDesk({
    ...{ store: storage.suggestions, catalog, proposer, onTrouble, now, newId },
    ...{ trials: storage.trials, runs: storage.trialRuns },
    limits: { maxRunningTasks, perTask },
    facts: new FactBook(storage.suggestions, configured),
    histories,
  });
};
