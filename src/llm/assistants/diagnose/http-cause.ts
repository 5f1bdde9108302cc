import { isJsonObject } from '../../../kernel/index.js';
import { advice, retry, skip, type Cause, type Fix } from './cause.js';
import { evidenceOf, pointerOf, usualEvidence, type FailedStep } from './step-record.js';

/** What a server answered that was not to be expected: 401, 429. Undefined: no answer is known. */
export const statusIn = ({ failure }: FailedStep): number | undefined => {
  const details = isJsonObject(failure.details ?? null) ? failure.details : undefined;
  const status = isJsonObject(details) ? details.status : undefined;
  return failure.code === 'http_error' && typeof status === 'number' ? status : undefined;
};

/** What a status most likely means, and what a person can do about it. */
interface Meaning {
  readonly text: string;
  readonly fixes: readonly Fix[];
}

const unauthorized = (failed: FailedStep): Meaning => {
  const { work } = failed.step.task;
  const names = work.is === 'task' ? Object.values(work.credentials ?? {}) : [];
  const pointer = `${pointerOf(failed)}/credentials`;
  if (names.length === 0)
    return {
      text: 'The server wants to know who asks (401), and the task names no credential.',
      fixes: [
        advice(pointer, 'Make a credential, `harmonia credential set`, and name it in `credentials` of the task.'),
      ],
    };
  return {
    text: `The server does not accept the credential ${names.join(', ')} (401): it is wrong, or no longer valid.`,
    fixes: [advice(pointer, `Set it anew: harmonia credential set ${names[0] ?? ''}`)],
  };
};

const rateLimited = (failed: FailedStep): Meaning => {
  const { step, failure } = failed;
  const wait = failure.retry_after === undefined ? '' : `, for ${failure.retry_after / 1000} s`;
  const key = `${pointerOf(failed)}/concurrency_key`;
  return {
    text: `The server gets more requests than it takes, and asks to be left alone (429)${wait}.`,
    fixes: [
      ...(step.task.limit
        ? []
        : [
            advice(
              key,
              'Give the tasks that ask this server a `concurrency_key` with a `rate`, so that they ask less often.',
            ),
          ]),
    ],
  };
};

const meaningOf = (failed: FailedStep, status: number): Meaning => {
  const url = `${pointerOf(failed)}/input/url`;
  if (status === 401) return unauthorized(failed);
  if (status === 403)
    return {
      text: 'The server knows who asks and does not allow it (403).',
      fixes: [advice(undefined, 'Have the account of the credential be allowed to do this, or use another one.')],
    };
  if (status === 404 || status === 410)
    return {
      text: `There is nothing at that address (${status}).`,
      fixes: [advice(url, 'Correct the URL, or what it is made of.')],
    };
  if (status === 429) return rateLimited(failed);
  if (status >= 500) return { text: `The server failed (${status}): it is its fault, and may pass.`, fixes: [] };
  return {
    text: `The server does not take the request (${status}).`,
    fixes: [
      advice(
        `${pointerOf(failed)}/input`,
        'Correct what is sent: the body of the answer, in the details of the failure, may say why.',
      ),
    ],
  };
};

/** Why a server did not give what was asked for. */
export const httpCause = (failed: FailedStep, more: readonly Fix[]): Cause => {
  const status = statusIn(failed) ?? 0;
  const { text, fixes } = meaningOf(failed, status);
  const { step, attempts, failure } = failed;
  const isTransient = failure.kind === 'transient';
  return {
    ...{ code: failure.code, step: step.address, text, likelihood: 'certain' },
    because: `the server answered ${status}`,
    evidence: [...evidenceOf(step.address, attempts), ...usualEvidence(failed)],
    fixes: [
      ...fixes,
      retry(isTransient ? 'Run again what failed; what completed is kept.' : 'Then run again what failed.'),
      ...more,
      skip(step.address),
    ],
    details: { status },
  };
};
