import type { TaskPath } from '../../../../engine/core/index.js';
import type { Millis } from '../../../../kernel/index.js';

/** What was seen of runs that speaks for a finding: figures of the history, and nothing that an author wrote but paths. */
export type Evidence =
  | {
      readonly is: 'timeout';
      readonly task: TaskPath;
      /** Attempts that succeeded. */
      readonly samples: number;
      readonly median: Millis;
      /** Below it 99.5 % of them end. */
      readonly tail: Millis;
      readonly longest: Millis;
      readonly before: Millis | undefined;
      readonly after: Millis;
      /** Attempts that went on for longer than `after` and came to nothing; or those that `before` has cut though they were only slow. */
      readonly lost: number;
      readonly because: 'hung' | 'slow';
    }
  | {
      readonly is: 'retries';
      readonly task: TaskPath;
      readonly samples: number;
      /** Failures that may pass. */
      readonly failures: number;
      /** Attempts after a failed one, and how many of them succeeded. */
      readonly later: number;
      readonly succeeded: number;
      /** Of whom `later` tells: of the task, of others of its type, of runs that somebody ordered anew. */
      readonly of: 'task' | 'type' | 'reruns';
      readonly before: number;
      readonly after: number;
    }
  | {
      readonly is: 'fewer-retries';
      readonly task: TaskPath;
      readonly before: number;
      readonly after: number;
      /** Attempts beyond, none of which succeeded. */
      readonly beyond: number;
    }
  | {
      readonly is: 'hopeless';
      readonly task: TaskPath;
      /** Codes after which no attempt has ever succeeded, and how many attempts followed them. */
      readonly codes: number;
      readonly beyond: number;
    }
  | {
      readonly is: 'concurrency';
      /** Of a map or a group; '' is the workflow. */
      readonly task: TaskPath;
      readonly samples: number;
      readonly before: number | undefined;
      readonly after: number;
      /** Twice as many at a time take 2^growth times as long each; with its interval for 95 %. */
      readonly growth: number;
      readonly ci95: readonly [number, number];
      /** Share of attempts that fail with up to `after` at a time, and with more. */
      readonly failing: readonly [few: number, many: number];
    }
  | {
      readonly is: 'repeats';
      readonly task: TaskPath;
      readonly samples: number;
      /** Share of runs with an input whose result was at most `ttl` old. */
      readonly share: number;
      /** Seconds. */
      readonly ttl: number;
    }
  | {
      readonly is: 'ranks';
      readonly tasks: readonly TaskPath[];
      /** The longest way from the first of them to the end. */
      readonly rank: Millis;
    };
