import { messageOf, type Json } from '../../kernel/index.js';
import type { Usage } from '../../engine/core/index.js';
import type { Attempt } from '../../engine/ports/index.js';
import { fatal, type LlmAnswer, type LlmRequest, type LlmService, type UsageReport } from '../contract/index.js';
import type { LlmSource } from '../ports/index.js';

/** Reports of one attempt: each is an event of its journal. */
const MOST_REPORTS = 10_000;
const MOST = 1e12;
const MOST_MONEY = 1_000_000;
const CURRENCY = /^[A-Z]{3}$/;

/** Books what an attempt uses. */
export class Meter {
  private reports = 0;
  private requests = 0;

  /** `book` fulfils when it is written. */
  constructor(private readonly book: (usage: Usage) => Promise<void>) {}

  /** What a task says that it has used. Who does not wait for the promise need not handle its rejection. */
  report(report: UsageReport): Promise<void> {
    const booked = this.booked(report);
    booked.catch(() => undefined);
    return booked;
  }

  /**
   * The service, of which all that it takes is booked before an answer is given or a failure thrown. Of a service that does
   * not tell what it sends, each request is a call, one that fails too.
   */
  metered(llm: LlmSource, attempt: Pick<Attempt, keyof AttemptName | 'workflowId' | 'headers'>): LlmService {
    return {
      generate: (request) =>
        llm.generateFor
          ? this.told((spent) => {
              const { headers } = attempt;
              const about = { workflow: attempt.workflowId, trace: this.trace(attempt), spent };
              const asking = { ...about, ...(headers && { headers }) };
              return (llm as Required<LlmSource>).generateFor(asking, request);
            })
          : this.guessed(llm, request),
    };
  }

  private async told(ask: (spent: (report: UsageReport) => void) => Promise<LlmAnswer>): Promise<LlmAnswer> {
    const bookings: Promise<void>[] = [];
    try {
      return await ask((report) => void bookings.push(this.report(report)));
    } finally {
      await Promise.all(bookings);
    }
  }

  private async guessed(llm: LlmService, request: LlmRequest): Promise<LlmAnswer> {
    let answer: LlmAnswer | undefined;
    try {
      answer = await llm.generate(request);
      return answer;
    } finally {
      await this.booked(usageOfCall(answer));
    }
  }

  private trace({ executionId, address, generation, attempt }: AttemptName): string {
    this.requests += 1;
    return `${executionId}:${address}:${generation}#${attempt}/${this.requests}`;
  }

  private async booked(report: UsageReport): Promise<void> {
    this.reports += 1;
    if (this.reports > MOST_REPORTS) {
      throw fatal('usage_invalid', messageOf('usage_invalid', { reason: `an attempt makes at most ${MOST_REPORTS}` }));
    }
    await this.book(checkedUsage(report));
  }
}

type AttemptName = Pick<Attempt, 'executionId' | 'address' | 'generation' | 'attempt'>;

const usageOfCall = (answer: LlmAnswer | undefined): UsageReport => {
  const tokens = answer?.usage && { input: answer.usage.inputTokens, output: answer.usage.outputTokens };
  return { calls: 1, ...(tokens && { tokens }), ...(answer?.cost && { cost: answer.cost }) };
};

/** A task written in JavaScript may report anything. */
const checkedUsage = (report: UsageReport): Usage => {
  const { tokens, cost, calls } = objectOf(report, 'it is no object') as Partial<Record<keyof UsageReport, Json>>;
  const count = calls === undefined ? 0 : wholeOf(calls, 'calls');
  const counted = tokens === undefined ? {} : tokensOf(tokens);
  // Money that nobody knows is not none: the call is counted as one without a price.
  const isUnpriced = cost === undefined || cost === null;
  const priced = isUnpriced ? {} : { cost: costOf(cost) };
  return {
    ...counted,
    ...priced,
    ...(count > 0 && { calls: count }),
    ...(count > 0 && isUnpriced && { unpriced_calls: count }),
  };
};

const invalid = (reason: string): Error => fatal('usage_invalid', messageOf('usage_invalid', { reason }));

const objectOf = (value: unknown, reason: string): object => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(reason);
  return value;
};

const wholeOf = (value: Json | undefined, name: string): number => {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST) return value as number;
  throw invalid(`${name} is no whole number from 0 to ${MOST}`);
};

const tokensOf = (value: Json): Usage => {
  const { input = 0, output = 0 } = objectOf(value, 'tokens is no {input, output}') as Record<string, Json>;
  return { tokens: { input: wholeOf(input, 'tokens.input'), output: wholeOf(output, 'tokens.output') } };
};

const costOf = (value: Json): Readonly<Record<string, number>> => {
  const { amount, currency } = objectOf(value, 'cost is no {amount, currency}') as Record<string, Json>;
  if (typeof amount !== 'number' || !(amount >= 0 && amount <= MOST_MONEY)) {
    throw invalid(`cost.amount is no number from 0 to ${MOST_MONEY}`);
  }
  if (typeof currency !== 'string' || !CURRENCY.test(currency)) {
    throw invalid('cost.currency is no code of three letters, such as USD');
  }
  return { [currency]: amount };
};
