import type { Metric, Registry } from 'prom-client';
import type { MetricsPage } from '../ports/index.js';
import { EngineCounts } from './engine-counts.js';
import { HttpCounts } from './http-counts.js';
import { LlmCounts } from './llm-counts.js';
import { serviceGauges, type ServiceState } from './service-gauges.js';
import { SPAN_FATES } from '../trace/trace-export.js';
import { counter, gauge, Tally, type Family } from './tally.js';

/**
 * What is measured. Counting is plain additions; Prometheus' library is loaded by the first reading, which also begins to
 * watch the event loop.
 */
export class Metrics implements MetricsPage {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly engine = new EngineCounts();
  readonly llm = new LlmCounts();
  readonly http = new HttpCounts();
  readonly spans = new Tally(SPAN_FATES);
  private state: ServiceState | undefined;
  private streamsOpen: () => number = () => 0;
  private registry: Promise<Registry> | undefined;
  private readonly current = new Map<string, Family>();

  /** What there is to read at every scrape. */
  watch(state: ServiceState): void {
    this.state = state;
  }

  streams(count: () => number): void {
    this.streamsOpen = count;
  }

  async text(): Promise<string> {
    this.registry ??= openRegistry();
    const registry = await this.registry;
    for (const family of this.families()) {
      if (!this.current.has(family.name)) registry.registerMetric(this.asMetric(family.name));
      this.current.set(family.name, family);
    }
    return registry.metrics();
  }

  /** What the registry asks, in the shape of its own metrics. */
  private asMetric(name: string): Metric {
    const get = (): Promise<object> => {
      const { help, type, samples } = this.current.get(name) as Family;
      return Promise.resolve({ name, help, type, values: samples });
    };
    return { name, get } as unknown as Metric;
  }

  private families(): readonly Family[] {
    return [
      ...(this.state ? serviceGauges(this.state) : []),
      ...this.engine.families(),
      ...this.llm.families(),
      ...this.http.families(),
      counter(
        {
          name: 'harmonia_trace_spans_total',
          help: 'Spans that were sent, by what became of them.',
          labels: ['outcome'],
        },
        this.spans.samples('outcome'),
      ),
      gauge({ name: 'harmonia_streams_open', help: 'Clients that listen to streams.' }, this.streamsOpen()),
    ];
  }
}

/** A registry of our own: an application that embeds Harmonia may have the default one. */
const openRegistry = async (): Promise<Registry> => {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
};
