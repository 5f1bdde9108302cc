import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as json from '../../src/json-schema/index.js';
import type * as attempts from '../../src/plugin/certification/attempt-processes.js';
import type * as certification from '../../src/plugin/certification/certification.js';
import type { CrashTest, FakeService, TaskVerdict } from '../../src/plugin/certification/index.js';
import type { Plugin, WorkflowService } from '../../src/plugin/contract/index.js';

const ROOT = join(import.meta.dirname, '../..');
const long = process.env.HARMONIA_TEST_LONG === '1' ? test : test.skip;

/** As they are built: attempts are processes that load the built plugins. */
const built = async <T>(path: string): Promise<T> => (await import(join(ROOT, 'dist', path))) as T;

const certify = async <S extends FakeService>(id: string, crashTest: CrashTest<S>): Promise<readonly TaskVerdict[]> => {
  const { Certification } = await built<typeof certification>('plugin/certification/certification.js');
  const { AttemptProcesses } = await built<typeof attempts>('plugin/certification/attempt-processes.js');
  const { createSchemaChecker } = await built<typeof json>('json-schema/index.js');
  const directory = join(ROOT, 'plugins', id);
  const { default: plugin } = (await import(join(directory, 'dist/index.js'))) as { default: Plugin };
  const tasks = plugin.tasks.filter((task) => crashTest.cases.some((one) => one.task === task.id));
  const processes = new AttemptProcesses(directory, 30_000);
  const running = await crashTest.service();
  try {
    return await new Certification({
      plugin: { ...plugin, tasks },
      test: crashTest as unknown as CrashTest,
      service: running,
      processes,
      schemas: createSchemaChecker(),
      patience: 30_000,
      progress: () => undefined,
    }).run();
  } finally {
    processes.close();
    await running.stop();
  }
};

/** Takes each key once, as a payment service does; what has no key counts every time. */
const startShop = async () => {
  let taken: string[] = [];
  let keys = new Set<string>();
  const server = createServer((request, response) => {
    const key = request.headers['idempotency-key'];
    const isKnown = typeof key === 'string' && request.url === '/keyed' && keys.has(key);
    if (typeof key === 'string') keys.add(key);
    if (request.method !== 'GET' && !isKnown) taken.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects: () => taken,
    reset: () => {
      taken = [];
      keys = new Set();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const posting = (path: string) => ({
  service: startShop,
  cases: [
    {
      task: 'request',
      input: ({ url }: { url: string }) => ({ url: `${url}${path}`, method: 'POST', body: { n: 1 } }),
    },
  ],
});

long(
  'http/request does it once at a service that knows keys',
  async () => {
    const [verdict] = await certify('http', posting('/keyed'));
    expect(verdict).toMatchObject({ declared: 'write', seen: 'exactly-once', repeated: 0, failures: [] });
  },
  120_000,
);

long(
  'and twice, now and then, at one that knows none; nothing is lost',
  async () => {
    const [verdict] = await certify('http', posting('/plain'));
    expect(verdict).toMatchObject({ declared: 'write', seen: 'at-least-once', failures: [] });
    expect(verdict?.repeated).toBeGreaterThan(0);
  },
  120_000,
);

/** A folder: its effects are the files that are whole in it. */
const startFolder = async () => {
  const root = await mkdtemp(join(tmpdir(), 'harmonia-files-'));
  const place = join(root, 'place');
  return {
    place,
    effects: async () => {
      const names = (await readdir(place)).filter((name) => !name.startsWith('.')).sort();
      return Promise.all(names.map(async (name) => `${name}: ${await readFile(join(place, name), 'utf8')}`));
    },
    reset: async () => {
      await rm(place, { recursive: true, force: true });
      await mkdir(place);
    },
    stop: () => rm(root, { recursive: true, force: true }),
  };
};

long(
  'file/write leaves the file whole or not at all, wherever it is killed',
  async () => {
    const [verdict] = await certify('file', {
      service: startFolder,
      cases: [
        {
          task: 'write',
          config: ({ place }) => ({ roots: [place] }),
          input: { path: 'note', content: 'hello' },
        },
      ],
    });
    expect(verdict).toMatchObject({ declared: 'idempotent', seen: 'exactly-once', failures: [] });
  },
  300_000,
);

/** Executions as the service keeps them: one for each key. */
const startWorkflows = () => {
  let started = new Map<string, string>();
  const workflows: Pick<WorkflowService, 'start'> = {
    start: ({ workflow, key }) => {
      if (!started.has(key)) started.set(key, workflow);
      return Promise.resolve({ execution: `execution-of-${workflow}` });
    },
  };
  return {
    workflows: workflows as WorkflowService,
    effects: () => [...started.values()],
    reset: () => {
      started = new Map();
    },
    stop: () => undefined,
  };
};

long(
  'harmonia/start starts one execution',
  async () => {
    const [verdict] = await certify('harmonia', {
      service: startWorkflows,
      cases: [{ task: 'start', input: { workflow: 'audit' }, services: ({ workflows }) => ({ workflows }) }],
    });
    expect(verdict).toMatchObject({ declared: 'idempotent', seen: 'exactly-once', failures: [] });
  },
  120_000,
);
