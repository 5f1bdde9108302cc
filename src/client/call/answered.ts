import { retryAfter } from '../../tekton/utilities/backoff/index.js';
import { refusal, refusalOf } from './refusal.js';

/** What a call of the typed routes gives. */
export interface Sent<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer. Throws a `Refusal` of one that is no success, and of one that is no JSON. */
export const answerOf = async <T>(sent: Promise<Sent<T>>): Promise<T> => {
  const { data, error, response } = await sent.catch((thrown: unknown) => {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    // Its text shows what came.
    throw refusal('The answer is no JSON: something else than Harmonia answers there.', {
      code: 'no_json',
      status: 502,
    });
  });
  const { ok, status, headers } = response;
  if (ok) return data as T;
  const retryAfterMs = retryAfter(headers.get('retry-after') ?? undefined, Date.now());
  throw refusalOf({ status, headers, body: error, retryAfterMs });
};

/** The `data` of an answer in the envelope: `await dataOf(client.api.GET('/api/v1/workflows/{id}', …))`. Throws a `Refusal`. */
export const dataOf = async <A extends { readonly data: unknown }>(sent: Promise<Sent<A>>): Promise<A['data']> =>
  (await answerOf(sent)).data;
