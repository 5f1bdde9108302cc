import type { Answer, Job } from './job.js';
import { runScript } from './run-script.js';

// The clock of the machine knows the time zone of this thread. A script is nowhere.
for (const part of ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'] as const)
  Date.prototype[`get${part}`] = function (this: Date) {
    return this[`getUTC${part}`]();
  };
Date.prototype.getTimezoneOffset = () => 0;

/** Runs one script. Does not throw; what ends the thread is seen from outside. */
export default (job: Job): Promise<Answer> => runScript(job);
