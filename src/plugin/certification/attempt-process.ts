// One attempt of a task in a process of its own, which kills itself where it is told to. node attempt-process.js PACKAGE
import type { Json } from '../../kernel/index.js';
import { fatal, transient, type Plugin, type TaskServices } from '../contract/index.js';
import { secretTexts } from '../contract/credential.js';
import { secretsFrom } from '../host/constant-secrets.js';
import { createInProcessRunner } from '../host/in-process-runner.js';
import { loadPlugin } from '../host/load-plugin.js';
import { readPluginPackage, Unusable, type PluginPackage } from '../host/plugin-package.js';
import { PluginRegistry } from '../host/plugin-registry.js';
import { registrationOf } from '../host/registration.js';
import type { OutboundHttp, SecretSource } from '../ports/index.js';
import { Boundaries } from './boundaries.js';
import type { AttemptJob, AttemptMessage, AttemptOrder, CallMessage, RecordMessage } from './messages.js';
import { watchedHttp, watchedPlugin } from './watched-task.js';

/** As in the service. */
const MAX_OUTPUT = 16 * 2 ** 20;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

type Question = Omit<RecordMessage, 'id'> | Omit<CallMessage, 'id'>;

/** The process that certifies, which keeps what has to outlive this one. */
class Certifier {
  private asked = 0;
  private readonly waiting = new Map<number, { resolve: (result: Json) => void; reject: (error: unknown) => void }>();

  constructor(private readonly boundaries: Boundaries) {}

  say(message: AttemptMessage): void {
    this.boundaries.quietly(() => process.send?.(message));
  }

  /** Fulfils with its answer; rejects with its refusal. */
  ask(message: Question): Promise<Json> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.say({ ...message, id });
    });
  }

  take(order: AttemptOrder): void {
    if (order.is === 'run') return;
    const waiting = this.waiting.get(order.id);
    this.waiting.delete(order.id);
    if (order.is === 'answer') waiting?.resolve(order.result);
    else waiting?.reject((order.kind === 'fatal' ? fatal : transient)(order.code, order.message));
  }
}

const secretsOf = ({ secrets, credentials }: AttemptJob): SecretSource => {
  const plain = secretsFrom(secrets);
  return {
    ...plain,
    credential: (name) => credentials[name],
    values: () => [...plain.values(), ...Object.values(credentials).flatMap(secretTexts)],
  };
};

/** The platform services as the other process has them. A signal does not travel. */
const servicesOf = (job: AttemptJob, certifier: Certifier, boundaries: Boundaries): TaskServices =>
  Object.fromEntries(
    Object.entries(job.services).map(([service, methods]) => [
      service,
      Object.fromEntries(
        methods.map((method) => [
          method,
          async (...args: unknown[]): Promise<Json> => {
            const travelling = args.map((arg) => JSON.parse(JSON.stringify(arg ?? null)) as Json);
            boundaries.pass(`before services.${service}.${method}`);
            const answer = await certifier.ask({ is: 'call', service, method, args: travelling });
            boundaries.pass(`after services.${service}.${method}`);
            return answer;
          },
        ]),
      ),
    ]),
  );

/** The fake service lives on this machine; a plugin whose manifest names no hosts does not reach it. */
const openHttp = async ({ manifest }: PluginPackage): Promise<OutboundHttp> => {
  if ((manifest.hosts ?? []).length > 0) {
    const { GuardedHttp } = await import('../../integration/outbound/index.js');
    return new GuardedHttp({ allow: ['127.0.0.0/8', '::1/128', 'localhost'] });
  }
  const refusal = (): never => {
    throw fatal('host_not_granted', 'The plugin reaches no host: its manifest names none under `hosts`.');
  };
  return { client: () => ({ request: () => Promise.resolve().then(refusal) }) };
};

interface Workplace {
  readonly found: PluginPackage;
  readonly plugin: Plugin;
  readonly http: OutboundHttp;
  readonly boundaries: Boundaries;
  readonly certifier: Certifier;
}

/** The clock of an attempt: a wait moves it on at once. */
const jumpingClock = () => {
  let ahead = 0;
  return {
    now: (): number => Date.now() + ahead,
    jump: (time: number): void => void (ahead = Math.max(ahead, time - Date.now() + 1)),
  };
};

const runJob = async (job: AttemptJob, place: Workplace): Promise<void> => {
  const { found, plugin, http, boundaries, certifier } = place;
  const clock = jumpingClock();
  const registry = new PluginRegistry();
  const granted = registrationOf(found, 'folder', job.config);
  const hosts = granted.hosts && granted.hosts.length > 0 ? [...granted.hosts, ...LOOPBACK] : [];
  registry.add(watchedPlugin(plugin, boundaries, clock.jump), { ...granted, hosts });
  const runner = createInProcessRunner({
    registry,
    // The other process has checked the input.
    schemaChecker: { compile: () => ({ ok: true, value: { check: () => [] } }) } as never,
    secrets: secretsOf(job),
    http: watchedHttp(http, boundaries),
    services: servicesOf(job, certifier, boundaries),
    clock,
    limits: { maxOutputBytes: MAX_OUTPUT },
  });
  const attempt = {
    executionId: '0193a000-0000-7000-8000-000000000000',
    address: '/certified',
    generation: 1,
    attempt: job.attempt,
    type: `${plugin.id}/${job.task}`,
    input: job.input,
    secrets: [],
    credentials: Object.fromEntries(Object.keys(job.credentials).map((slot) => [slot, slot])),
    firstStartedAt: job.firstStartedAt,
    deadline: undefined,
    results: job.results,
  };
  boundaries.begin(job.killAt);
  const outcome = await runner.run(attempt, {
    signal: new AbortController().signal,
    log: () => undefined,
    heartbeat: () => undefined,
    progress: () => undefined,
    use: () => Promise.resolve(),
    record: async (key, result) => {
      boundaries.pass(`in once('${key}'), after its work, before the record`);
      await certifier.ask({ is: 'record', key, result });
      boundaries.pass(`in once('${key}'), after the record`);
    },
  });
  boundaries.end();
  certifier.say({ is: 'ended', outcome, boundaries: boundaries.passed });
};

const main = async (directory: string): Promise<void> => {
  const boundaries = new Boundaries();
  const certifier = new Certifier(boundaries);
  process.on('disconnect', () => process.exit(1));
  try {
    const found = await readPluginPackage(directory);
    boundaries.watchProcess();
    const plugin = await loadPlugin(found);
    const place: Workplace = { found, plugin, http: await openHttp(found), boundaries, certifier };
    process.on('message', (order: AttemptOrder) => {
      if (order.is === 'run') void runJob(order.job, place);
      else certifier.take(order);
    });
    certifier.say({ is: 'ready' });
  } catch (error) {
    certifier.say({ is: 'unusable', reasons: error instanceof Unusable ? error.reasons : [String(error)] });
  }
};

await main(process.argv[2] ?? '');
