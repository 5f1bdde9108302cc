import { MOST_BYTES, USUAL_SECONDS } from '../bounds.js';
import { jsonOf } from './expression.js';
import { group } from './group.js';
import type { Answer, Job } from './job.js';
import { join } from './join.js';
import { filter, map, query, sort } from './lists.js';
import { template } from './template.js';
import { Deadline, Late, Wrong } from './wrong.js';

// Whatever a library might let through: nothing of one calculation stays for the next one in this thread.
for (const intrinsic of [Object, Function, String, Number, Boolean, Date, RegExp, Map, Set, Promise])
  Object.freeze(intrinsic.prototype);
// JSONata gives its lists a `push` of their own, which a frozen one would forbid.
Object.seal(Array.prototype);

const resultOf = (job: Job, deadline: Deadline): Promise<unknown> => {
  switch (job.task) {
    case 'filter':
      return filter(job.input, deadline);
    case 'group':
      return group(job.input, deadline);
    case 'join':
      return join(job.input, deadline);
    case 'map':
      return map(job.input, deadline);
    case 'query':
      return query(job.input, deadline);
    case 'sort':
      return sort(job.input, deadline);
    case 'template':
      return template(job.input, deadline);
  }
};

const wrong = ({ code, message, details }: Wrong): Answer => ({
  is: 'wrong',
  code,
  message,
  ...(details && { details }),
});

/** Does one job. Does not throw; what ends the thread is seen from outside. */
export default async (job: Job): Promise<Answer> => {
  try {
    const json = jsonOf(await resultOf(job, new Deadline((job.input.time_limit ?? USUAL_SECONDS) * 1000)));
    const size = Buffer.byteLength(json);
    if (size <= MOST_BYTES) return { is: 'done', json };
    return wrong(new Wrong('result_too_large', `The result has ${size} bytes; ${MOST_BYTES} are the most.`));
  } catch (error) {
    if (error instanceof Late) return { is: 'late' };
    if (error instanceof Wrong) return wrong(error);
    return wrong(new Wrong('expression_failed', `The calculation failed: ${(error as Error).message}`));
  }
};
