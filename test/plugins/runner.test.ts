import { describe, expect, test } from '@jest/globals';
import core from '../../plugins/core/src/index.js';
import script from '../../plugins/script/src/index.js';
import { createComponentService, componentBases } from '../../src/integration/index.js';
import { definePlugin, defineTask, fatal, transient, type Task } from '../../src/plugin/contract/index.js';
import { builtInPlugins, loadPlugins } from '../../src/plugin/host/index.js';
import { runAttempt } from '../world/runner.js';
import tekton from '../../plugins/tekton-component/src/index.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const plugin = (run: Task['run']): ReturnType<typeof definePlugin> =>
  definePlugin({ id: 'test', tasks: [defineTask({ id: 'task', description: '', run })] });
const outcome = (run: Task['run'], more: object = {}): ReturnType<typeof runAttempt> =>
  runAttempt({ plugin: plugin(run), type: 'test/task', ...more });

describe('what a task gives', () => {
  test('undefined is null, JSON is itself', async () => {
    expect(await outcome(() => undefined)).toEqual({ is: 'completed', output: null });
    expect(await outcome(async () => Promise.resolve({ a: [1, 'x', null] }))).toEqual({
      is: 'completed',
      output: { a: [1, 'x', null] },
    });
  });

  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['NaN', Number.NaN],
    ['a date', new Date(0)],
    ['a circle', circle],
    ['a bigint inside', { n: 1n }],
  ])('%s is output_invalid', async (_name, value) => {
    expect(await outcome(() => value as never)).toMatchObject({
      is: 'failed',
      failure: { kind: 'fatal', code: 'output_invalid' },
    });
  });

  test('too much is payload_too_large', async () => {
    expect(await outcome(() => 'x'.repeat(2 ** 21))).toMatchObject({ failure: { code: 'payload_too_large' } });
  });

  test('thrown on purpose keeps its kind; anything else is transient and shows no stack', async () => {
    expect(
      await outcome(() => {
        throw fatal('mine', 'no', { details: { a: 1 } });
      }),
    ).toEqual({ is: 'failed', failure: { kind: 'fatal', code: 'mine', message: 'no', details: { a: 1 } } });
    expect(
      await outcome(() => {
        throw transient('later', 'busy', { retryAfter: 5 });
      }),
    ).toMatchObject({ failure: { kind: 'transient', retry_after: 5 } });
    const thrown = await outcome(() => {
      throw new Error('boom');
    });
    expect(thrown).toEqual({
      is: 'failed',
      failure: { kind: 'transient', code: 'task_threw', message: 'The task threw: boom.' },
    });
  });
});

describe('secrets (E7)', () => {
  const slots = [{ pointer: '/key', text: ['Bearer ', { $secret: 'api' }] }];
  const input = { key: { $secret_text: [] } };

  test('are filled in at the call and masked in what comes out', async () => {
    const lines: string[] = [];
    const listener = { log: (_level: string, message: string) => void lines.push(message), progress: () => undefined };
    const result = await outcome(
      (given, context) => {
        context.log('info', `using ${String(given.key)}`);
        return { echoed: given.key as string, nested: [`x ${String(given.key)} y`] };
      },
      { input, slots, secrets: { api: 'hunter22' }, listener },
    );
    expect(result).toEqual({ is: 'completed', output: { echoed: 'Bearer ***', nested: ['x Bearer *** y'] } });
    expect(lines).toEqual(['using Bearer ***']);
  });

  test('are masked in failures', async () => {
    const result = await outcome(
      (given) => {
        throw fatal('bad', `rejected ${String(given.key)}`, { details: { key: given.key ?? null } });
      },
      { input, slots, secrets: { api: 'hunter22' } },
    );
    expect(JSON.stringify(result)).not.toContain('hunter22');
  });

  test('that are missing fail the step', async () => {
    expect(await outcome(() => 1, { input, slots })).toMatchObject({
      failure: { kind: 'fatal', code: 'secret_missing' },
    });
  });
});

describe('core', () => {
  test('delay counts from the first attempt', async () => {
    const began = Date.now();
    expect(
      await runAttempt({
        plugin: core,
        type: 'core/delay',
        input: { seconds: 3600 },
        firstStartedAt: began - 3_600_000,
      }),
    ).toEqual({ is: 'completed', output: null });
    expect(Date.now() - began).toBeLessThan(1000);
  });

  test('fail fails as often as it is told', async () => {
    const input = { kind: 'transient', times: 1 };
    expect(await runAttempt({ plugin: core, type: 'core/fail', input })).toMatchObject({
      failure: { kind: 'transient' },
    });
    expect(await runAttempt({ plugin: core, type: 'core/fail', input, attempt: 2 })).toMatchObject({ is: 'completed' });
  });
});

describe('script/command', () => {
  const run = (input: object, allow = ['/bin/sh', '/bin/cat']): ReturnType<typeof runAttempt> =>
    runAttempt({ plugin: script, type: 'script/command', input: input as never, config: { allow } });

  test('is off unless configured, and runs allowed programs only', async () => {
    expect(await run({ program: '/bin/cat' }, [])).toMatchObject({
      failure: { kind: 'fatal', code: 'program_not_allowed' },
    });
    expect(await run({ program: '/bin/ls' })).toMatchObject({ failure: { code: 'program_not_allowed' } });
  });

  test('gives what the program said, without a shell and without our environment', async () => {
    expect(await run({ program: '/bin/cat', stdin: '$(id); hello' })).toMatchObject({
      output: { exit_code: 0, stdout: '$(id); hello' },
    });
    expect(await run({ program: '/bin/sh', args: ['-c', 'echo $HOME-$MINE'], env: { MINE: 'x' } })).toMatchObject({
      output: { stdout: '-x\n' },
    });
    expect(await run({ program: '/bin/sh', env: { LD_PRELOAD: 'x' } })).toMatchObject({
      failure: { code: 'program_not_allowed' },
    });
  });

  test('a failing program fails the step, unless that was expected', async () => {
    expect(await run({ program: '/bin/sh', args: ['-c', 'echo no >&2; exit 3'] })).toMatchObject({
      failure: { code: 'program_failed', details: { exit_code: 3, stderr: 'no\n' } },
    });
    expect(await run({ program: '/bin/sh', args: ['-c', 'exit 3'], expect: [3] })).toMatchObject({
      output: { exit_code: 3 },
    });
  });

  test('is killed with everything it started when it is aborted', async () => {
    const controller = new AbortController();
    const running = runAttempt({
      plugin: script,
      type: 'script/command',
      input: { program: '/bin/sh', args: ['-c', 'sleep 100 & wait'] },
      config: { allow: ['/bin/sh'] },
      signal: controller.signal,
    });
    controller.abort();
    expect(await running).toMatchObject({ is: 'failed' });
  });
});

describe('tekton/action', () => {
  const withComponent = async (
    answer: (
      path: string,
      body: Record<string, unknown>,
    ) => { status: number; body: unknown; headers?: Record<string, string> },
    work: (base: string) => Promise<void>,
  ): Promise<void> => {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        const { status, body, headers } = answer(request.url ?? '', JSON.parse(text) as Record<string, unknown>);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  const call = (base: string | undefined): ReturnType<typeof runAttempt> =>
    runAttempt({
      plugin: tekton,
      type: 'tekton/action',
      input: { component: 'numa', action: 'fix', params: { x: 1 } },
      services: { components: createComponentService({ baseOf: (name) => (name === 'hermes' ? undefined : base) }) },
    });

  test('posts action, params and context, and reads the result protocol', async () => {
    let got: Record<string, unknown> = {};
    await withComponent(
      (path, body) => {
        got = { path, ...body };
        return { status: 200, body: { status: 'success', data: { fixed: true } } };
      },
      async (base) => expect(await call(base)).toEqual({ is: 'completed', output: { fixed: true } }),
    );
    expect(got).toMatchObject({
      path: '/api/actions/fix',
      action: 'fix',
      params: { x: 1 },
      context: { execution_id: 'e', step: '/a', idempotency_key: 'e:/a:1' },
    });
  });

  test.each<[number, unknown, object]>([
    [
      200,
      { status: 'error', error: 'no', error_type: 'X', is_retriable: false },
      { kind: 'fatal', code: 'component_error' },
    ],
    [200, { status: 'error', error_message: 'busy' }, { kind: 'transient', code: 'component_error' }],
    [404, {}, { kind: 'fatal', code: 'action_not_found' }],
    [422, { detail: 'bad' }, { kind: 'fatal', code: 'component_error' }],
    [503, {}, { kind: 'transient', code: 'component_error', retry_after: 3000 }],
  ])('%i %j', async (status, body, failure) => {
    await withComponent(
      () => ({ status, body, headers: { 'retry-after': '3' } }),
      async (base) => expect(await call(base)).toMatchObject({ is: 'failed', failure }),
    );
  });

  test('what is not there fails with its code and cure, never with a made-up success', async () => {
    expect(await call(undefined)).toMatchObject({
      failure: {
        kind: 'fatal',
        code: 'component_not_found',
        message: expect.stringContaining('NUMA_PORT') as unknown as string,
      },
    });
    expect(await call('http://127.0.0.1:9')).toMatchObject({
      failure: { kind: 'transient', code: 'component_unreachable' },
    });
  });

  test('addresses come from the platform variables', () => {
    const baseOf = componentBases({
      NUMA_PORT: '8016',
      TEKTON_CORE_PORT: '8010',
      TEKTON_CORE_HOST: 'core',
      TEKTON_HOST: 'tekton',
      BAD_PORT: 'x',
    });
    expect([baseOf('numa'), baseOf('tekton-core'), baseOf('rhetor'), baseOf('bad')]).toEqual([
      'http://tekton:8016',
      'http://core:8010',
      undefined,
      undefined,
    ]);
  });
});

describe('plugin packages', () => {
  test('the built-in ones load and offer what their manifests say', async () => {
    const registry = await loadPlugins(await builtInPlugins(), { config: {} });
    expect(registry.types().map(({ type }) => type)).toEqual([
      'core/delay',
      'core/fail',
      'core/log',
      'core/noop',
      'core/value',
      'email/send',
      ...['append', 'copy', 'delete', 'list', 'move', 'read', 'stat', 'write'].map((id) => `file/${id}`),
      ...['emit', 'set-state', 'start'].map((id) => `harmonia/${id}`),
      'http/download',
      'http/paginate',
      'http/request',
      'http/upload',
      'llm/generate',
      ...['call', 'list'].map((id) => `mcp/${id}`),
      'script/command',
      'script/javascript',
      ...['execute', 'query', 'transaction'].map((id) => `sql/${id}`),
      'tekton/action',
      ...['filter', 'group', 'join', 'map', 'query', 'sort', 'template'].map((id) => `transform/${id}`),
    ]);
  });

  test('that are wrong are all named in one error, and their code is not run for a wrong manifest', async () => {
    const root = await mkdtemp(join(tmpdir(), 'harmonia-plugins-'));
    const write = async (name: string, manifest: object, code: string): Promise<string> => {
      const directory = join(root, name);
      await mkdir(directory);
      await writeFile(
        join(directory, 'package.json'),
        JSON.stringify({ type: 'module', exports: { '.': { default: './index.js' } }, ...manifest }),
      );
      await writeFile(join(directory, 'index.js'), code);
      return directory;
    };
    const directories = [
      await write('none', {}, 'globalThis.ranNone = true;'),
      await write(
        'other',
        { harmonia: { apiVersion: '^1.0', id: 'other', tasks: ['x'] } },
        'export default { id: "other" };',
      ),
      join(root, 'missing'),
    ];
    const error: unknown = await loadPlugins(directories, { config: {} }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'plugin_invalid' });
    expect((error as Error).message).toMatch(/none: .*harmonia.*other: .*definePlugin|missing: /s);
    expect(globalThis).not.toHaveProperty('ranNone');
    await rm(root, { recursive: true });
  });
});

describe('calls of components', () => {
  test('cannot be led out of the actions, redirected, or answered without end', async () => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      request.resume();
      if (request.url === '/api/actions/moved') response.writeHead(307, { location: '/elsewhere' }).end();
      else if (request.url === '/api/actions/long') response.end('x'.repeat(5000));
      else response.writeHead(503, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const components = createComponentService({ baseOf: () => `http://127.0.0.1:${port}`, maxBytes: 1000 });
    const call = (action: string): ReturnType<typeof runAttempt> =>
      runAttempt({
        plugin: tekton,
        type: 'tekton/action',
        input: { component: 'numa', action },
        services: { components },
      });
    expect(await call('..')).toMatchObject({ failure: { kind: 'fatal', code: 'action_not_found' } });
    expect(await call('moved')).toMatchObject({ failure: { kind: 'fatal', details: { status: 307 } } });
    expect(await call('long')).toMatchObject({ failure: { kind: 'fatal', code: 'response_too_large' } });
    expect(await call('a/../b?c')).toMatchObject({ failure: { kind: 'transient', retry_after: 0 } });
    expect(paths).toEqual(['/api/actions/moved', '/api/actions/long', '/api/actions/a%2F..%2Fb%3Fc']);
    server.closeAllConnections();
    server.close();
  });
});
