import type { LlmCallStore, StoredLlmCall } from '../../llm/ports/index.js';
import { Apart, counter, Distribution, histogram, Tally, TASK_TIMES, type Family } from './tally.js';

const OUTCOMES = ['answered', 'refused', 'cut', 'unusable', 'failed', 'canceled'] as const;
const TOKENS = ['prompt', 'completion'] as const;
const NANO = 1e9;

class Transport {
  readonly calls = new Tally(OUTCOMES);
  readonly tokens = new Tally(TOKENS);
  readonly times = new Distribution(TASK_TIMES);
}

/** Counts what language models take. Models are not told apart: their names are anybody's. */
export class LlmCounts {
  private readonly transports = new Apart(() => new Transport(), 20);
  private readonly costs = new Apart(() => ({ nano: 0 }), 20);
  private unpriced = 0;

  /** The same store; what is put into it is counted. */
  counted(store: LlmCallStore): LlmCallStore {
    return {
      put: (call) => {
        store.put(call);
        this.count(call);
      },
      loseOpen: () => store.loseOpen(),
      amend: (id, worth) => store.amend(id, worth),
      spent: (by, currency) => store.spent(by, currency),
      usage: (query) => store.usage(query),
    };
  }

  families(): readonly Family[] {
    const transports = [...this.transports.entries()];
    return [
      counter(
        {
          name: 'harmonia_llm_calls_total',
          help: 'Requests that were sent to language models, by way and outcome.',
          labels: ['transport', 'outcome'],
        },
        transports.flatMap(([transport, { calls }]) => calls.samples('outcome', { transport })),
      ),
      counter(
        {
          name: 'harmonia_llm_tokens_total',
          help: 'Tokens that they took; guessed where the provider does not say.',
          labels: ['transport', 'kind'],
        },
        transports.flatMap(([transport, { tokens }]) => tokens.samples('kind', { transport })),
      ),
      histogram(
        { name: 'harmonia_llm_call_duration_seconds', help: 'How long they took.', labels: ['transport'] },
        (name) => transports.flatMap(([transport, { times }]) => times.samples(name, { transport })),
      ),
      counter(
        { name: 'harmonia_llm_cost_total', help: 'What they cost, by currency.', labels: ['currency'] },
        [...this.costs.entries()].map(([currency, { nano }]) => ({ labels: { currency }, value: nano / NANO })),
      ),
      counter({ name: 'harmonia_llm_unpriced_calls_total', help: 'Requests whose price nobody knows.' }, [
        { labels: {}, value: this.unpriced },
      ]),
    ];
  }

  private count({ transport, outcome, usage, cost, latency }: StoredLlmCall): void {
    if (outcome.is === 'open') return;
    const counts = this.transports.of(transport);
    counts.calls.add(outcome.is);
    counts.tokens.add('prompt', usage.prompt);
    counts.tokens.add('completion', usage.completion);
    counts.times.add(latency / 1000);
    if (cost) this.costs.of(cost.currency).nano += cost.nano;
    else this.unpriced += 1;
  }
}
