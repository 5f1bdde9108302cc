/** Whether a version of a workflow does better than another, from runs of both. Pure. */
export {
  FEWEST_RUNS,
  judgeRuns,
  LOOKS,
  outcomeOf,
  runsAt,
  type Arms,
  type Aspect,
  type Judgement,
  type Look,
  type Outcome,
  type TrialRun,
  type Verdict,
} from './judge-runs.js';
