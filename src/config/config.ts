import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { JsonObject } from '../kernel/index.js';
import { accessConfig, type AccessConfig } from './access-config.js';
import type { Environment } from './environment.js';
import { hermesConfig, type HermesConfig } from './hermes-config.js';
import { checkedSettings } from './invalid-configuration.js';
import { limitsConfig, streamsConfig, type LimitsConfig, type StreamsConfig } from './limits-config.js';
import { llmConfig, type LlmConfig } from './llm-config.js';
import { logConfig, type LogConfig } from './log-config.js';
import { planningConfig, type PlanningConfig } from './planning-config.js';
import { traceConfig, type TraceConfig } from './trace-config.js';
import { gather, Settings, wrong, type Readings } from '../tekton/utilities/settings/index.js';
import { tektonConfig, type TektonConfig } from './tekton-config.js';

/** Everything that can be set from outside. Frozen; read once. `docs/configuration.md` lists the names. */
export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Origins that browsers may call from; `*` is everybody, without credentials. */
    readonly corsOrigins: readonly string[];
    readonly limits: LimitsConfig;
    readonly streams: StreamsConfig;
  };
  /** Address under which others reach this service; callbacks are told with it. */
  readonly publicUrl: string;
  readonly dataDirectory: string;
  /** A folder of installed plugins that belongs to somebody else: it is read, and nothing in it is changed. Absent: `plugins` of the data directory. */
  readonly borrowedPlugins?: string;
  readonly limits: {
    readonly maxRunningTasks: number;
    /** Attempts at the same time by task type, or `type:component`. */
    readonly perTask: Readonly<Record<string, number>>;
    readonly maxOpenExecutions: number;
    readonly maxOpenSteps: number;
    /** Bytes of one input or output. */
    readonly maxPayloadBytes: number;
    /** Bytes of one request body. */
    readonly maxBodyBytes: number;
    readonly maxTasks: number;
  };
  /** ms that running attempts get to end when the service stops. */
  readonly shutdownGrace: number;
  /** Backups of older databases that are kept; 0: none is made before a migration. */
  readonly migrationBackups: number;
  readonly retention: {
    /** ms that ended executions are kept; absent: for ever. */
    readonly keep: number | undefined;
    /** ms after its end that a journal is compacted. */
    readonly compactAfter: number;
    /** ms that records of what was done are kept; absent: for ever. */
    readonly auditKept: number | undefined;
  };
  readonly schedules: {
    /** Rows of ticks that are kept of each schedule. */
    readonly ticksKept: number;
  };
  readonly inbox: {
    /** Deliveries that wait; more are refused. */
    readonly maxUndelivered: number;
    /** ms that settled deliveries are kept, and their message ids remembered. */
    readonly keep: number;
  };
  readonly outgoing: {
    /** What waits to be sent of one subscription; with more it reads no further events. */
    readonly maxWaiting: number;
    /** ms that what was sent is kept. */
    readonly keep: number;
  };
  readonly secrets: Readonly<Record<string, string>>;
  /** What credentials are encrypted with: keys, or the file that holds them; neither: a file in the data directory. */
  readonly credentials: {
    readonly keys: readonly string[];
    readonly keyFile: string | undefined;
  };
  /** Where HTTP may go beside the public internet: hosts, `host:port`, `*.suffix`, ranges of addresses. */
  readonly httpAllow: readonly string[];
  /** Breaker and bulkhead of each destination of HTTP. */
  readonly destinations: {
    /** Failures in a row that open a circuit; 0: none does. */
    readonly failures: number;
    /** ms that a destination is then left alone. */
    readonly rest: number;
    /** Requests at once, to one destination. */
    readonly atOnce: number;
    /** Requests that may wait for their turn, at one destination. */
    readonly queue: number;
    /** Requests at once by destination, where it is another number. */
    readonly limits: Readonly<Record<string, number>>;
  };
  /** Settings of the plugins, by plugin id. */
  readonly plugins: Readonly<Record<string, JsonObject>>;
  /** What each plugin that is not trusted may take. */
  readonly isolation: {
    /** MiB of the heap of a worker. */
    readonly maxHeapMb: number;
    /** Workers. */
    readonly maxThreads: number;
    /** ms without a sign of life. */
    readonly hungAfter: number;
  };
  /** Who may call. */
  readonly access: AccessConfig;
  /** How language models are reached. */
  readonly llm: LlmConfig;
  /** Where the platform keeps its sprints. */
  readonly planning: PlanningConfig;
  /** Undefined: there is no Hermes. */
  readonly hermes: HermesConfig | undefined;
  /** Where traces go; undefined: nowhere. */
  readonly traces: TraceConfig | undefined;
  readonly optimizer: {
    /** A file, JSON or YAML, with what the operator states of actions. */
    readonly facts: string | undefined;
  };
  /** Where packages of plugins are fetched. */
  readonly npm: { readonly registry: string; readonly token: string | undefined };
  /** Directories of further plugin packages. */
  readonly pluginDirectories: readonly string[];
  /** The platform that this is a component of. */
  readonly tekton: TektonConfig;
  readonly log: LogConfig;
  /** For `<COMPONENT>_HOST` and `<COMPONENT>_PORT`. */
  readonly environment: Environment;
}

const SECRET_PREFIX = 'HARMONIA_SECRET_';
const DAY = 86_400_000;
const MIB = 2 ** 20;

/** 0: any that is free. */
const port = (settings: Settings): number => settings.whole('HARMONIA_PORT', { min: 0, max: 65_535, otherwise: 8007 });

const dataDirectory = (settings: Settings): string => {
  const own = settings.text(settings.first('HARMONIA_DATA_DIR', 'HARMONIA_STATE_DIR'));
  if (own !== undefined) return own;
  const root = settings.text('TEKTON_ROOT');
  const platform = settings.text('TEKTON_DATA_DIR') ?? (root && join(root, '.tekton', 'data'));
  return platform === undefined ? join(homedir(), '.harmonia') : join(platform, 'harmonia');
};

const LIMIT = /^([a-z][\w-]*\/[\w-]+(?::[\w-]+)?)=([1-9]\d{0,5})$/;

const perTask = (settings: Settings): Readonly<Record<string, number>> =>
  Object.fromEntries(
    settings.list('HARMONIA_LIMITS').map((entry) => {
      const [, task, count] = LIMIT.exec(entry) ?? [];
      if (task === undefined)
        throw wrong('HARMONIA_LIMITS', `"${entry}" is no limit such as http/request=20 or tekton/action:sophia=4`);
      return [task, Number(count)];
    }),
  );

/** Some have a second name, which is upstream's. */
const limits = (settings: Settings): Config['limits'] => {
  const running = settings.first('HARMONIA_MAX_RUNNING_TASKS', 'HARMONIA_MAX_CONCURRENT_TASKS');
  const open = settings.first(
    'HARMONIA_MAX_OPEN_EXECUTIONS',
    'HARMONIA_MAX_CONCURRENT_WORKFLOWS',
    'HARMONIA_MAX_WORKFLOWS',
  );
  const tasks = settings.first('HARMONIA_MAX_TASKS', 'HARMONIA_MAX_TASK_COUNT');
  const bytes = (name: string): number => settings.whole(name, { min: 1024, max: 256 * MIB, otherwise: 16 * MIB });
  return gather<Config['limits']>({
    maxRunningTasks: () => settings.whole(running, { min: 1, max: 100_000, otherwise: 1000 }),
    perTask: () => perTask(settings),
    maxOpenExecutions: () => settings.whole(open, { min: 1, max: 10_000_000, otherwise: 100_000 }),
    maxOpenSteps: () => settings.whole('HARMONIA_MAX_OPEN_STEPS', { min: 1, max: 1_000_000_000, otherwise: 5_000_000 }),
    maxPayloadBytes: () => bytes('HARMONIA_MAX_PAYLOAD_BYTES'),
    maxBodyBytes: () => bytes('HARMONIA_MAX_BODY_BYTES'),
    maxTasks: () => settings.whole(tasks, { min: 1, max: 100_000, otherwise: 10_000 }),
  });
};

const DESTINATION = /^(https?:\/\/[^/?#@\s=]+|component:[\w.-]+)=([1-9]\d{0,4})$/i;

/** `https://API.example:443` → `https://api.example`, as requests are counted. */
const destinationOf = (text: string): string | undefined => {
  if (!text.includes('//')) return text;
  return URL.canParse(text) ? new URL(text).origin : undefined;
};

const destinationLimits = (settings: Settings): Readonly<Record<string, number>> =>
  Object.fromEntries(
    settings.list('HARMONIA_DESTINATION_LIMITS').map((entry) => {
      const [, written, count] = DESTINATION.exec(entry) ?? [];
      const destination = written === undefined ? undefined : destinationOf(written);
      if (destination === undefined)
        throw wrong('HARMONIA_DESTINATION_LIMITS', `"${entry}" is no limit such as https://api.example=4`);
      return [destination, Number(count)];
    }),
  );

const destinations = (settings: Settings): Config['destinations'] =>
  gather<Config['destinations']>({
    failures: () => settings.whole('HARMONIA_BREAKER_FAILURES', { min: 0, max: 1_000_000, otherwise: 5 }),
    rest: () => settings.number('HARMONIA_BREAKER_SECONDS', { min: 0.1, max: 86_400, otherwise: 30 }) * 1000,
    atOnce: () => settings.whole('HARMONIA_DESTINATION_REQUESTS', { min: 1, max: 100_000, otherwise: 256 }),
    queue: () => settings.whole('HARMONIA_DESTINATION_QUEUE', { min: 0, max: 1_000_000, otherwise: 10_000 }),
    limits: () => destinationLimits(settings),
  });

/** Directories, each once; they must be absolute, for a service has no place of its own that people know. */
const fileRoots = (settings: Settings): string[] => {
  const roots = settings.list('HARMONIA_FILE_ROOTS');
  const relative = roots.find((root) => !isAbsolute(root));
  if (relative !== undefined) throw wrong('HARMONIA_FILE_ROOTS', `"${relative}" is no absolute path`);
  return [...new Set(roots)];
};

const retention = (settings: Settings): Config['retention'] => {
  const days = (name: string): number | undefined => {
    const count = settings.number(name, { min: 0, max: 36_500, otherwise: 0 });
    return count === 0 ? undefined : count * DAY;
  };
  const hours = { min: 0, max: 876_000, otherwise: 24 };
  return gather<Config['retention']>({
    keep: () => days('HARMONIA_RETENTION_DAYS'),
    compactAfter: () => (settings.number('HARMONIA_COMPACT_AFTER_HOURS', hours) * DAY) / 24,
    auditKept: () => days('HARMONIA_AUDIT_DAYS'),
  });
};

const credentials = (settings: Settings): Config['credentials'] => {
  const keys = settings.list('HARMONIA_CREDENTIALS_KEY');
  const keyFile = settings.text('HARMONIA_CREDENTIALS_KEY_FILE');
  if (keys.length > 0 && keyFile !== undefined)
    throw wrong('HARMONIA_CREDENTIALS_KEY_FILE', 'HARMONIA_CREDENTIALS_KEY is set too; one of them is enough');
  return { keys, keyFile };
};

const inbox = (settings: Settings): Config['inbox'] =>
  gather<Config['inbox']>({
    maxUndelivered: () => settings.whole('HARMONIA_MAX_UNDELIVERED', { min: 1, max: 10_000_000, otherwise: 100_000 }),
    // A day at least: longer than any timestamp of a signature may be off.
    keep: () => settings.number('HARMONIA_INBOX_DAYS', { min: 1, max: 36_500, otherwise: 30 }) * DAY,
  });

const outgoing = (settings: Settings): Config['outgoing'] =>
  gather<Config['outgoing']>({
    maxWaiting: () => settings.whole('HARMONIA_MAX_UNSENT', { min: 1, max: 1_000_000, otherwise: 10_000 }),
    keep: () => settings.number('HARMONIA_OUTBOX_DAYS', { min: 0, max: 36_500, otherwise: 7 }) * DAY,
  });

const publicUrl = (settings: Settings, { host, port }: { host: string; port: number }): string => {
  const text = settings.text('HARMONIA_PUBLIC_URL');
  if (text === undefined) return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw wrong('HARMONIA_PUBLIC_URL', `"${text}" is no address such as https://harmonia.example`);
  }
  return text.replace(/\/+$/, '');
};

const isolation = (settings: Settings): Config['isolation'] =>
  gather<Config['isolation']>({
    maxHeapMb: () => settings.whole('HARMONIA_ISOLATED_MEMORY_MB', { min: 32, max: 65_536, otherwise: 256 }),
    maxThreads: () => settings.whole('HARMONIA_ISOLATED_THREADS', { min: 1, max: 256, otherwise: 8 }),
    hungAfter: () => settings.number('HARMONIA_ISOLATED_PATIENCE_SECONDS', { min: 1, max: 3600, otherwise: 30 }) * 1000,
  });

const npmRegistry = (settings: Settings): string => {
  const text = settings.text('HARMONIA_NPM_REGISTRY') ?? 'https://registry.npmjs.org/';
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw wrong('HARMONIA_NPM_REGISTRY', `"${text}" is no address such as https://registry.npmjs.org/`);
};

const http = (settings: Settings, host: string): Config['http'] =>
  gather<Config['http']>({
    host: () => host,
    port: () => port(settings),
    corsOrigins: () => {
      const origins = settings.list('HARMONIA_CORS_ORIGINS');
      return origins.length > 0 ? origins : ['*'];
    },
    limits: () => limitsConfig(settings),
    streams: () => streamsConfig(settings),
  });

const plugins = (settings: Settings): Config['plugins'] => {
  const roots = fileRoots(settings);
  return { http: { roots }, file: { roots }, script: { allow: settings.list('HARMONIA_SCRIPT_ALLOW') } };
};

/** Each part by itself, so that all that is wrong is told. */
const parts = (settings: Settings): Readings<Config> => {
  const host = settings.text('HARMONIA_BIND') ?? settings.text('HARMONIA_HOST') ?? '127.0.0.1';
  const ticks = { min: 1, max: 100_000, otherwise: 1000 };
  const grace = { min: 0, max: 3600, otherwise: 7 };
  const backups = { min: 0, max: 100, otherwise: 3 };
  return {
    http: () => http(settings, host),
    publicUrl: () => publicUrl(settings, { host, port: port(settings) }),
    dataDirectory: () => dataDirectory(settings),
    limits: () => limits(settings),
    shutdownGrace: () => settings.number('HARMONIA_SHUTDOWN_SECONDS', grace) * 1000,
    retention: () => retention(settings),
    migrationBackups: () => settings.whole('HARMONIA_MIGRATION_BACKUPS', backups),
    schedules: () => ({ ticksKept: settings.whole('HARMONIA_SCHEDULE_TICKS', ticks) }),
    inbox: () => inbox(settings),
    outgoing: () => outgoing(settings),
    secrets: () => settings.below(SECRET_PREFIX),
    credentials: () => credentials(settings),
    httpAllow: () => settings.list('HARMONIA_HTTP_ALLOW'),
    destinations: () => destinations(settings),
    plugins: () => plugins(settings),
    isolation: () => isolation(settings),
    access: () => accessConfig(settings),
    llm: () => llmConfig(settings),
    planning: () => planningConfig(settings),
    hermes: () => hermesConfig(settings, host),
    traces: () => traceConfig(settings),
    optimizer: () => ({ facts: settings.text('HARMONIA_OPTIMIZER_FACTS') }),
    npm: () => ({ registry: npmRegistry(settings), token: settings.text('HARMONIA_NPM_TOKEN') }),
    pluginDirectories: () => settings.list('HARMONIA_PLUGINS'),
    tekton: () => tektonConfig(settings),
    log: () => logConfig(settings),
    environment: () => settings.environment,
  };
};

/** Checks the settings and fills in the defaults. Throws `invalid_configuration`, naming every setting that is wrong. */
export const readConfig = (environment: Environment): Config =>
  checkedSettings(() => Object.freeze(gather<Config>(parts(new Settings(environment)))));
