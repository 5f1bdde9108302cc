import type { DefinitionEvent, DefinitionLog } from '../../integration/ports/index.js';
import { isoInstant } from '../../kernel/index.js';
import type { FollowUps } from '../../llm/index.js';
import type { Outcome, Trial, TrialStore } from '../../llm/ports/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';

const TYPES: Readonly<Record<Outcome, string>> = {
  confirmed: 'suggestion_confirmed',
  no_difference: 'suggestion_no_difference',
  regressed: 'suggestion_regressed',
};
const SAID: Readonly<Record<Outcome, string>> = {
  confirmed: 'does better than',
  no_difference: 'does no better and no worse than',
  regressed: 'is worse than',
};
/** What a crash kept from being told is not more than that. */
const MOST = 1000;

export interface TrialLogParts {
  readonly catalog: WorkflowCatalog;
  readonly trials: TrialStore;
  readonly followUps: FollowUps;
}

/** What came of versions that were made of suggestions, for those who tell others of it. */
export const trialLogOf = ({ catalog, trials, followUps }: TrialLogParts): DefinitionLog => {
  const eventOf = async (trial: Trial): Promise<DefinitionEvent[]> => {
    const { id, suggestion, workflow, candidate, base, share, settled } = trial;
    // Trials go with their workflow.
    const found = await catalog.find(workflow).catch(() => undefined);
    if (!settled || !found) return [];
    const { name } = found.workflow;
    const type = TYPES[settled.outcome];
    return [
      {
        event: {
          ...{ type, event_type: type, id: `${id}:${settled.outcome}` },
          ...{ execution_id: null, workflow_id: workflow, workflow_name: name, task_id: null },
          message: `${name} ${candidate.version} ${SAID[settled.outcome]} ${base.version}`,
          timestamp: isoInstant(settled.at),
          details: {
            ...{ suggestion_id: suggestion, version: candidate.version, base_version: base.version },
            ...{ way: share === null ? 'applied' : 'canary', rollback: settled.offered },
          },
        },
        ...{ workflowId: workflow, workflowName: name, at: settled.at },
      },
    ];
  };
  return {
    types: Object.values(TYPES),
    follow: (told) => {
      followUps.follow((trial) => void eventOf(trial).then((events) => events.forEach(told)));
    },
    since: async (at) => (await Promise.all((await trials.settledSince(at, MOST)).map(eventOf))).flat(),
  };
};
