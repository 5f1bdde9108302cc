import type { Degraded, DegradedReason } from '../../ports/index.js';
import {
  BudgetExceededError,
  FallbackError,
  ServiceUnavailableError,
  TektonLLMError,
  UnusableAnswerError,
} from '../errors.js';
import { degradedReason } from '../readiness.js';
import type { LlmRequest } from '../request.js';
import type { LlmTransport } from '../transport/transport.js';
import type { Deadline } from './deadline.js';
import type { Refusal, Route } from './route.js';

/** Share of what is left that a transport gets while there is another one behind it: 12 of 20 s. */
const SHARE = 0.6;

/** One transport's turn. */
export interface Turn {
  readonly route: Route;
  readonly slice: Deadline;
  /** Why those before it did not answer; undefined: it is the first. */
  readonly degraded: Degraded | undefined;
}

interface Passed {
  readonly id: string;
  readonly address: string;
  readonly reason: DegradedReason;
  /** It was asked, and failed. */
  readonly hasFailed: boolean;
  readonly detail: string;
  /** It may be otherwise later. */
  readonly passes: boolean;
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
    /** Addresses that failed in a way that another dialect would not mend. */
    const down = new Set<string>();
    for (const [index, route] of this.routes.entries()) {
      const { id, address } = route.transport;
      if (deadline.signal.aborted) break;
      if (down.has(address)) continue;
      // One that hangs takes its other dialects with it: time is kept for other addresses only.
      const others = this.routes.slice(index + 1).filter(({ transport }) => transport.address !== address);
      const isLast = !others.some((later) => this.refusal(later, request) === undefined);
      const slice = deadline.slice(isLast ? 1 : SHARE);
      try {
        const refusal = this.refusal(route, request) ?? (await this.absence(route, slice));
        if (route.isMissed) down.add(address);
        if (refusal)
          passed.push({
            ...{ id, address, reason: refusal.word ?? 'unavailable', hasFailed: false },
            ...{ detail: refusal.reason, passes: refusal.passes },
          });
        else return await take({ route, slice, degraded: degradedBy(passed, route.transport) });
      } catch (error) {
        // Another transport would cost as much.
        if (!(error instanceof TektonLLMError) || error instanceof BudgetExceededError) throw error;
        failures.push(error);
        const { message: detail, retryable: passes } = error;
        passed.push({ id, address, reason: degradedReason(error), hasFailed: true, detail, passes });
        if (!isOfDialect(error)) down.add(address);
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
    return this.routes.some((route) => !route.isMissed && this.refusal(route, request) === undefined);
  }

  private refusal(route: Route, { bearsPayload = false }: Pick<LlmRequest, 'bearsPayload'>): Refusal | undefined {
    if (bearsPayload && route.transport.mayAct && !this.payloadsMayGo)
      return {
        word: 'payloads_not_allowed',
        ...{ reason: 'prompts with data go there only with TEKTON_LLM_RHETOR_PAYLOADS=true', passes: false },
      };
    return route.refusal();
  }

  private async absence(route: Route, deadline: Deadline): Promise<Refusal | undefined> {
    try {
      const probed = await deadline.race(route.look());
      return probed.ok ? undefined : { reason: probed.detail, passes: true };
    } catch (error) {
      if (deadline.isOver) return { reason: 'the time was up before it had been found', passes: true };
      throw error;
    }
  }

  private failure(failures: readonly TektonLLMError[], passed: readonly Passed[]): TektonLLMError {
    const [only, ...others] = failures;
    if (!only) {
      const reasons = passed.map(({ id, detail }) => `${id}: ${detail.replace(/\.$/, '')}`);
      const retryable = passed.some(({ passes }) => passes);
      return new ServiceUnavailableError(reasons.join('; ') || 'none is configured', { retryable });
    }
    // What the model said is worth more than that another transport could not be reached.
    const unusable = failures.filter((error) => error instanceof UnusableAnswerError);
    return unusable.at(-1) ?? (others.length === 0 ? only : new FallbackError(failures));
  }
}

/** Statuses that say that the path, or the body, is not known there. */
const OF_DIALECT = new Set([400, 404, 405, 422, 501]);

/** Whether the same server may still answer when it is spoken to in another dialect. */
const isOfDialect = ({ status, code }: TektonLLMError): boolean =>
  (status !== undefined && OF_DIALECT.has(status)) || code === 'llm_prompt_too_large';

/** That a server does not speak an earlier dialect is how it is, and nothing that got worse. */
const degradedBy = (passed: readonly Passed[], { id: to, address }: LlmTransport): Degraded | undefined => {
  const first = passed.find((one) => one.hasFailed || one.address !== address);
  return first && { from: first.id, to, reason: first.reason };
};
