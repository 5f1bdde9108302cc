import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** Where traces go. The names are those of OpenTelemetry. */
export interface TraceConfig {
  /** Where spans are posted, in OTLP as JSON. */
  readonly endpoint: string;
  /** Sent with them. May hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** ms for one request. */
  readonly timeout: number;
  readonly isCompressed: boolean;
  /** `service.name`, and whatever else describes this service. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: {
    /** What who began a trace has decided holds. */
    readonly isParentBased: boolean;
    /** Share of traces that are recorded, 0 to 1. */
    readonly ratio: number;
  };
  readonly batch: {
    /** ms between two requests. */
    readonly delay: number;
    /** Spans that wait; more are dropped. */
    readonly queue: number;
    /** Spans of one request. */
    readonly size: number;
  };
}

const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
];
const EXPORTERS = ['otlp', 'none'] as const;
const PROTOCOLS = ['http/json', 'http/protobuf'] as const;
const COMPRESSIONS = ['gzip', 'none'] as const;

/** `OTEL_EXPORTER_OTLP_TRACES_X`, else `OTEL_EXPORTER_OTLP_X`. */
const nameOf = (settings: Settings, what: string): string => {
  const own = `OTEL_EXPORTER_OTLP_TRACES_${what}`;
  return settings.text(own) === undefined ? `OTEL_EXPORTER_OTLP_${what}` : own;
};

const endpoint = (settings: Settings): string | undefined => {
  const name = nameOf(settings, 'ENDPOINT');
  const text = settings.text(name);
  if (text === undefined) return undefined;
  // What is wrong is not shown: it may have a password in it.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw wrong(name, 'it is no http(s) address');
  return name.includes('TRACES') ? text : `${text.replace(/\/+$/, '')}/v1/traces`;
};

/** `key=value,key2=value2`, values in percent encoding. */
const pairs = (settings: Settings, name: string): Record<string, string> =>
  Object.fromEntries(
    settings.list(name).map((entry, at) => {
      const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(entry) ?? [];
      if (key === undefined || value === undefined) throw wrong(name, `entry ${at + 1} is no key=value`);
      try {
        return [decodeURIComponent(key), decodeURIComponent(value)];
      } catch {
        throw wrong(name, `entry ${at + 1} is badly encoded`);
      }
    }),
  );

/** As HTTP takes them. A value is not shown: it may be a secret. */
const headers = (settings: Settings): Record<string, string> => {
  const name = nameOf(settings, 'HEADERS');
  const found = pairs(settings, name);
  for (const [key, value] of Object.entries(found))
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key) || !/^[\t\x20-\x7e]*$/.test(value))
      throw wrong(name, 'it has characters that no header has');
  return found;
};

const sampler = (settings: Settings): TraceConfig['sampler'] => {
  const kind = settings.choice('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on');
  const ratio = settings.number('OTEL_TRACES_SAMPLER_ARG', { min: 0, max: 1, otherwise: 1 });
  const share = kind.endsWith('always_on') ? 1 : kind.endsWith('always_off') ? 0 : ratio;
  return { isParentBased: kind.startsWith('parentbased_'), ratio: share };
};

const isDisabled = (settings: Settings): boolean =>
  settings.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' ||
  settings.choice('OTEL_TRACES_EXPORTER', EXPORTERS, 'otlp') === 'none';

/** Undefined: no traces are told, since no endpoint is set or they are switched off. Throws `WrongSettings`. */
export const traceConfig = (settings: Settings): TraceConfig | undefined => {
  if (isDisabled(settings)) return undefined;
  const address = endpoint(settings);
  if (address === undefined) return undefined;
  const count = (name: string, otherwise: number): number =>
    settings.whole(name, { min: 1, max: 1_000_000, otherwise });
  const { protocol: _, ...config } = gather<TraceConfig & { protocol: string }>({
    // JSON is sent in either case: who takes protobuf by HTTP takes that, too. Who speaks gRPC does not.
    protocol: () => settings.choice(nameOf(settings, 'PROTOCOL'), PROTOCOLS, 'http/json'),
    endpoint: () => address,
    headers: () => headers(settings),
    timeout: () => count(nameOf(settings, 'TIMEOUT'), 10_000),
    isCompressed: () => settings.choice(nameOf(settings, 'COMPRESSION'), COMPRESSIONS, 'none') === 'gzip',
    resource: () => {
      const resource = pairs(settings, 'OTEL_RESOURCE_ATTRIBUTES');
      const service = settings.text('OTEL_SERVICE_NAME') ?? resource['service.name'] ?? 'harmonia';
      return { ...resource, 'service.name': service };
    },
    sampler: () => sampler(settings),
    batch: () =>
      gather<TraceConfig['batch']>({
        delay: () => count('OTEL_BSP_SCHEDULE_DELAY', 5000),
        queue: () => count('OTEL_BSP_MAX_QUEUE_SIZE', 2048),
        size: () => count('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
      }),
  });
  return config;
};
