import { HarmoniaError, messageOf, type Millis } from '../../kernel/index.js';
import type { Timers } from '../../engine/ports/index.js';
import { isTaskFailure, type HttpClient, type HttpResponse } from '../../plugin/contract/index.js';
import type { AttemptOutcome } from '../ports/index.js';
import type { Letter } from './letter.js';
import { retryAfterOf } from './subscription.js';

/** Bytes of an answer that are kept, and that are read to mask what is kept. */
const EXCERPT = 1024;
const READ = 8192;
/** ms that the body of an answer is given: what counts is its status. */
const BODY_PATIENCE = 1000;
const MOST_REDIRECTS = 5;
const KEEPS_THE_BODY: ReadonlySet<number> = new Set([307, 308]);
/** The destination is left alone, or busy with others: no request was sent. */
const NOT_SENT: ReadonlySet<string> = new Set(['circuit_open', 'destination_busy']);

/** What came of sending a letter. */
export interface Sent extends Pick<AttemptOutcome, 'statusCode' | 'response' | 'failure'> {
  /** What the receiver asks for. */
  readonly retryAfter?: Millis | undefined;
  /** It was not sent, for reasons that have nothing to do with it. */
  readonly isHeld?: boolean;
}

/** Takes secrets out of a text. */
export type Mask = (text: string) => string;

/** The beginning of the body, as far as it comes in time. */
const excerptOf = async (answer: HttpResponse, mask: Mask): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= READ) break;
    }
  } catch {
    // A body that breaks off takes nothing back: the status has been said.
  }
  const text = Buffer.concat(chunks).subarray(0, READ).toString('utf8');
  const safe = mask(text);
  // A secret that the end of what was read cuts in two is not found: nothing of the end is shown.
  const end = bytes < READ ? EXCERPT : Math.min(EXCERPT, Math.max(0, safe.length - READ / 2));
  return Buffer.from(safe).subarray(0, end).toString('utf8').replaceAll('\uFFFD', '');
};

const failureFor = (status: number): Sent['failure'] => {
  if (status >= 200 && status < 300) return null;
  const code =
    status === 410 ? 'delivery_gone' : status >= 300 && status < 400 ? 'delivery_redirected' : 'delivery_refused';
  return { code, message: messageOf(code, { status }) };
};

/** Where a redirect leads that takes the body along; undefined: it is an answer like others. */
const nextAddress = ({ status, headers: { location } }: HttpResponse, from: URL): URL | undefined => {
  if (!KEEPS_THE_BODY.has(status) || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  next.username = '';
  next.password = '';
  return next;
};

const withoutSecrets = ({ headers, secretHeaders }: Letter): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.includes(name)));

/** Posts it, and again where 307 and 308 lead; the guard of `http` looks at each address. */
const post = async (http: HttpClient, letter: Letter, signal: AbortSignal): Promise<HttpResponse> => {
  let { url, headers } = letter;
  for (let redirects = 0; ; redirects++) {
    const { body } = letter;
    const answer = await http.request({ url: url.href, method: 'POST', headers, body, maxRedirects: 0, signal });
    const next = nextAddress(answer, url);
    if (!next) return answer;
    await excerptOf(answer, String);
    if (redirects >= MOST_REDIRECTS) throw new HarmoniaError('redirect_limit', { limit: MOST_REDIRECTS });
    if (next.origin !== letter.url.origin) headers = withoutSecrets(letter);
    url = next;
  }
};

const failed = (error: unknown, mask: Mask, isLate: boolean): Sent => {
  const { code, message } = isLate
    ? { code: 'timeout', message: 'No answer came in time.' }
    : isTaskFailure(error) || error instanceof HarmoniaError
      ? error
      : { code: 'http_unreachable', message: (error as Error).message };
  const failure = { code, message: mask(message) };
  const retryAfter = isTaskFailure(error) ? error.retryAfter : undefined;
  return { statusCode: null, response: null, failure, retryAfter, isHeld: NOT_SENT.has(code) };
};

export interface SendWords {
  readonly timeout: Millis;
  readonly timers: Timers;
  readonly mask: Mask;
}

/** Sends a letter, for so many ms at most until its answer begins. Never rejects. */
export const sendLetter = async (
  http: HttpClient,
  letter: Letter,
  { timeout, timers, mask }: SendWords,
): Promise<Sent> => {
  const reins = new AbortController();
  const stop = (): void => reins.abort();
  let timer = timers.at(timers.now() + timeout, stop);
  try {
    const answer = await post(http, letter, reins.signal);
    timer.cancel();
    timer = timers.at(timers.now() + BODY_PATIENCE, stop);
    const response = await excerptOf(answer, mask);
    const { status, headers } = answer;
    const retryAfter = retryAfterOf(headers['retry-after'], timers.now());
    return { statusCode: status, response, failure: failureFor(status), retryAfter };
  } catch (error) {
    return failed(error, mask, reins.signal.aborted);
  } finally {
    timer.cancel();
  }
};
