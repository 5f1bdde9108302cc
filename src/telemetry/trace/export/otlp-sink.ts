import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Instant } from '../../../kernel/index.js';
import type { TraceExport, TraceTarget } from '../trace-export.js';
import type { FinishedSpan } from '../span.js';

/** `ExportResultCode.SUCCESS`, of a package that is not ours to import. */
const SUCCESS = 0;
const SCOPE = { name: 'harmonia' };
/** ms between two complaints that nobody takes the spans. */
const BETWEEN_COMPLAINTS = 60_000;
/** ms that the last spans get when the service stops. */
const LAST_WORDS = 2000;

const hrTime = (at: Instant): HrTime => [Math.floor(at / 1000), Math.round((at % 1000) * 1e6)];

const stateOf = (text: string): NonNullable<SpanContext['traceState']> => ({
  serialize: () => text,
  get: () => undefined,
  set: () => stateOf(text),
  unset: () => stateOf(text),
});

const readable = (span: FinishedSpan, resource: Resource): ReadableSpan => {
  const context = (spanId: string, isRemote: boolean): SpanContext => ({
    ...{ traceId: span.trace, spanId, isRemote, traceFlags: TraceFlags.SAMPLED },
    ...(span.state !== undefined && { traceState: stateOf(span.state) }),
  });
  const own = context(span.id, false);
  return {
    name: span.name,
    kind: span.isServed ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => own,
    ...(span.parent && { parentSpanContext: context(span.parent.id, span.parent.isRemote) }),
    startTime: hrTime(span.start),
    endTime: hrTime(span.end),
    duration: hrTime(Math.max(0, span.end - span.start)),
    status:
      span.error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.error },
    attributes: span.attributes,
    links: [],
    events: span.events.map(({ name, at, attributes = {} }) => ({ name, time: hrTime(at), attributes })),
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
};

/** Counts what becomes of spans, and complains now and then. */
const watched = (exporter: SpanExporter, { counts, onTrouble }: TraceTarget): SpanExporter => {
  let complained = -Infinity;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const hasFailed = Number(result.code) !== SUCCESS;
        counts.add(hasFailed ? 'failed' : 'exported', spans.length);
        if (hasFailed && performance.now() - complained > BETWEEN_COMPLAINTS) {
          complained = performance.now();
          onTrouble('traces are not taken', result.error ?? new Error('the receiver refused them'));
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => (exporter.forceFlush as () => Promise<void>)() }),
  };
};

/** Sends spans to a receiver of OTLP, in batches and in the background. */
export const openExport = (target: TraceTarget): TraceExport => {
  const { endpoint, headers, timeout, isCompressed, resource: words, sampler, batch, version } = target;
  const resource = resourceFromAttributes({ 'service.version': version, ...words });
  const exporter = new OTLPTraceExporter({
    ...{ url: endpoint, headers: { ...headers }, timeoutMillis: timeout },
    compression: (isCompressed ? 'gzip' : 'none') as never,
  });
  const processor = new BatchSpanProcessor(watched(exporter, target), {
    scheduledDelayMillis: batch.delay,
    maxQueueSize: Math.max(batch.queue, batch.size),
    maxExportBatchSize: batch.size,
    exportTimeoutMillis: timeout,
  });
  const ratio = new TraceIdRatioBasedSampler(sampler.ratio);
  return {
    end: (span) => processor.onEnd(readable(span, resource)),
    isSampled: (trace, decided) =>
      sampler.isParentBased && decided !== undefined
        ? decided
        : ratio.shouldSample(ROOT_CONTEXT, trace).decision === SamplingDecision.RECORD_AND_SAMPLED,
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORDS)));
      await Promise.race([processor.shutdown().catch(() => undefined), patience]);
      clearTimeout(timer);
    },
  };
};
