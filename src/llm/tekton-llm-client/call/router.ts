import { FallbackError, ServiceUnavailableError, TektonLLMError, UnusableAnswerError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { Deadline } from './deadline.js';
import type { Route } from './route.js';

/** Share of what is left that a transport gets while there is another one behind it: 12 of 20 s. */
const SHARE = 0.6;

/** That the answer is not what was asked for first. */
export interface Degraded {
  /** What should have answered, or how. */
  readonly from: string;
  /** What did. */
  readonly to: string;
  /** Code of the error, or a word: `absent`, `resting`, `model_ignored`. */
  readonly reason: string;
}

/** One transport's turn. */
export interface Turn {
  readonly route: Route;
  readonly slice: Deadline;
  /** Why those before it did not answer; undefined: it is the first. */
  readonly degraded: Degraded | undefined;
}

interface Passed {
  readonly id: string;
  readonly reason: string;
  readonly detail: string;
}

/** Goes through the transports in their order until one answers, all within one deadline. */
export class Router {
  constructor(
    readonly routes: readonly Route[],
    /** Whether prompts with data of executions may go where agents may act on them. */
    private readonly payloadsMayGo: boolean,
  ) {}

  /** Throws the error of the only transport that was tried; of several a `FallbackError`; of none `ServiceUnavailableError`. */
  async first<T>(request: LlmRequest, deadline: Deadline, take: (turn: Turn) => Promise<T>): Promise<T> {
    const passed: Passed[] = [];
    const failures: TektonLLMError[] = [];
    for (const [index, route] of this.routes.entries()) {
      const { id } = route.transport;
      if (deadline.signal.aborted) break;
      const refusal = this.refusal(route, request) ?? (await this.absence(route, deadline));
      if (refusal !== undefined) {
        passed.push({ id, reason: 'unavailable', detail: refusal });
        continue;
      }
      const isLast = !this.routes.slice(index + 1).some((later) => this.refusal(later, request) === undefined);
      const slice = deadline.slice(isLast ? 1 : SHARE);
      try {
        return await take({ route, slice, degraded: degradedBy(passed, id) });
      } catch (error) {
        if (!(error instanceof TektonLLMError)) throw error;
        failures.push(error);
        passed.push({ id, reason: error.code, detail: error.message });
      } finally {
        slice.close();
      }
    }
    // Called off by the caller: it is their reason that they get back.
    if (deadline.signal.aborted && !deadline.isOver) throw deadline.signal.reason;
    throw this.failure(failures, passed);
  }

  /** Whether anything would be asked now. */
  isOpen(request: Pick<LlmRequest, 'bearsPayload'> = {}): boolean {
    return this.routes.some((route) => this.refusal(route, request) === undefined);
  }

  private refusal(route: Route, { bearsPayload = false }: Pick<LlmRequest, 'bearsPayload'>): string | undefined {
    if (bearsPayload && route.transport.mayAct && !this.payloadsMayGo)
      return 'prompts with data go there only with TEKTON_LLM_RHETOR_PAYLOADS=true';
    return route.refusal();
  }

  private async absence(route: Route, deadline: Deadline): Promise<string | undefined> {
    try {
      const probed = await deadline.race(route.look());
      return probed.ok ? undefined : probed.detail;
    } catch (error) {
      if (deadline.isOver) return 'the time was up before it had been found';
      throw error;
    }
  }

  private failure(failures: readonly TektonLLMError[], passed: readonly Passed[]): TektonLLMError {
    const [only, ...others] = failures;
    if (!only) {
      const reasons = passed.map(({ id, detail }) => `${id}: ${detail.replace(/\.$/, '')}`);
      return new ServiceUnavailableError(reasons.join('; ') || 'none is configured');
    }
    // What the model said is worth more than that another transport could not be reached.
    const unusable = failures.filter((error) => error instanceof UnusableAnswerError);
    return unusable.at(-1) ?? (others.length === 0 ? only : new FallbackError(failures));
  }
}

const degradedBy = (passed: readonly Passed[], to: string): Degraded | undefined => {
  const [first] = passed;
  return first && { from: first.id, to, reason: first.reason };
};
