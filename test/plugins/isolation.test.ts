import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ComponentCall, TaskServices } from '../../src/plugin/contract/index.js';
import { isolate } from '../../src/plugin/isolation/index.js';
import { closeIsolated, isolated, writePackage, type IsolatedWorld } from '../world/isolated.js';

afterAll(closeIsolated);

let server: Server;
let base: string;
/** Requests whose connection was lost before the answer was at its end. */
let lost = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.on('close', () => (lost += response.writableFinished ? 0 : 1));
    if (request.url === '/endless') {
      const write = (): void => void (response.destroyed || response.write('x'.repeat(100_000), write));
      return write();
    }
    if (request.url === '/silent') return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('x-method', String(request.method));
      response.setHeader('x-length', String(request.headers['content-length']));
      response.end(Buffer.concat(chunks));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('an isolated task', () => {
  let world: IsolatedWorld;
  const calls: unknown[] = [];
  const services: TaskServices = {
    components: {
      call: (call: ComponentCall) => {
        calls.push({ ...call, signal: call.signal.aborted });
        return new Promise((resolve, reject) => {
          if (call.action !== 'wait') return resolve({ said: call.action });
          call.signal.addEventListener('abort', () => reject(new Error('let go')), { once: true });
        });
      },
    },
  };
  beforeAll(async () => {
    world = await isolated({
      services,
      config: { colour: 'blue' },
      secrets: { token: 'hunter22' },
      tasks: {
        facts: `const { signal, http, services, ...facts } = context;
          return { ...JSON.parse(JSON.stringify(facts)), input, services: Object.keys(services), now: context.now() > 1e12 };`,
        speak: `context.log('warn', 'token hunter22', { a: 1 }); context.log('loud', 'x'.repeat(9000)); context.progress(0.5, 'half');
          context.heartbeat(); console.log('printed', 7); console.error('complained'); return null;`,
        fails: `throw input.fatal ? fatal('mine', 'no hunter22', { details: { a: [1] } }) : transient('later', 'busy', { retryAfter: 5000 });`,
        once: `const first = await context.once('a', () => ({ made: 1 })); const again = await context.once('a', () => 'never');
          const known = await context.once('known', () => 'never'); let failure = null;
          try { await context.once('b', () => { throw fatal('broke', 'it broke'); }); } catch (error) { failure = error.code; }
          try { await context.once('c', () => new Map()); } catch (error) { failure += ' ' + error.code; }
          return { first, again, known, failure };`,
        sleep: `await context.sleepUntil(context.now() + 20); return 'awake';`,
        calls: `const signal = context.signal; return context.services.components.call({ component: 'c', action: 'greet', params: { a: 1 }, context: {}, signal });`,
        lets_go: `const own = new AbortController(); setTimeout(() => own.abort(), 20);
          try { await context.services.components.call({ component: 'c', action: 'wait', params: {}, context: {}, signal: own.signal }); }
          catch (error) { return error.message; }`,
        posts: `const of = { text: 'a text', bytes: new Uint8Array(200_000).fill(65), stream: (async function* () { for (let i = 0; i < 5; i++) yield new Uint8Array(100_000).fill(66); })() };
          const response = await context.http.request({ url: input.url, method: 'POST', body: of[input.kind] });
          const text = await response.text();
          return { status: response.status, method: response.headers['x-method'], length: response.headers['x-length'], size: text.length, first: text[0] };`,
        peeks: `const response = await context.http.request({ url: input.url, maxBytes: 1e12 }); let pieces = 0;
          for await (const piece of response.body) if (++pieces === 20) break; return pieces;`,
        gives_up: `const own = new AbortController(); setTimeout(() => own.abort(), 30);
          try { await context.http.request({ url: input.url, signal: own.signal }); } catch { return 'gave up'; }`,
        forbidden: `return (await context.http.request({ url: 'http://example.com/' })).status;`,
        json: `return (await context.http.request({ url: input.url, method: 'POST', body: '{"a":' + (input.bad ? '' : '1}') })).json();`,
        polite: `await new Promise((resolve) => context.signal.addEventListener('abort', resolve)); return 'went politely';`,
      },
    });
  });

  test('knows what others know: its facts, its settings, the services that it is granted', async () => {
    expect(await world.run('facts', { input: { b: ['ä', null] } })).toEqual({
      is: 'completed',
      output: {
        ...{
          executionId: 'e',
          address: '/a',
          generation: 1,
          attempt: 1,
          idempotencyKey: 'e:/a:1',
          firstStartedAt: 1000,
        },
        ...{ config: { colour: 'blue' }, secrets: {}, services: ['components'], input: { b: ['ä', null] }, now: true },
      },
    });
  });

  test('logs, reports, and gives signs of life; what it prints is logged; all of it is masked and bounded', async () => {
    await world.run('speak');
    expect(world.logs).toEqual([
      { level: 'warn', message: 'token ***', details: { a: 1 } },
      { level: 'info', message: 'x'.repeat(4000) },
      { level: 'debug', message: 'printed 7' },
      { level: 'debug', message: 'complained' },
    ]);
    expect(world.progress).toEqual([{ fraction: 0.5, message: 'half' }, { fraction: -1 }]);
  });

  test('fails as it means to', async () => {
    expect(await world.run('fails', { input: { fatal: true } })).toEqual({
      is: 'failed',
      failure: { kind: 'fatal', code: 'mine', message: 'no ***', details: { a: [1] } },
    });
    expect(await world.run('fails')).toEqual({
      is: 'failed',
      failure: { kind: 'transient', code: 'later', message: 'busy', retry_after: 5000 },
    });
  });

  test('does things once', async () => {
    expect(await world.run('once', { results: [{ key: 'known', result: 5 }] })).toEqual({
      is: 'completed',
      output: { first: { made: 1 }, again: { made: 1 }, known: 5, failure: 'broke output_invalid' },
    });
    expect(world.recorded).toEqual({ a: { made: 1 } });
  });

  test('sleeps', async () => {
    expect(await world.run('sleep')).toEqual({ is: 'completed', output: 'awake' });
  });

  test('calls services, and lets go of a call', async () => {
    expect(await world.run('calls')).toEqual({ is: 'completed', output: { said: 'greet' } });
    expect(calls).toEqual([{ component: 'c', action: 'greet', params: { a: 1 }, context: {}, signal: false }]);
    expect(await world.run('lets_go')).toMatchObject({ output: expect.stringContaining('let go') as unknown });
  });

  test.each([
    ['text', 6, 'a', '6'],
    ['bytes', 200_000, 'A', '200000'],
    ['stream', 500_000, 'B', 'undefined'],
  ])('sends a body that is %s, and reads what comes back', async (kind, size, first, length) => {
    expect(await world.run('posts', { input: { url: base, kind } })).toEqual({
      is: 'completed',
      output: { status: 200, method: 'POST', length, size, first },
    });
  });

  test('that stops reading, or gives up, lets go of the connection', async () => {
    lost = 0;
    expect(await world.run('peeks', { input: { url: `${base}/endless` } })).toEqual({ is: 'completed', output: 20 });
    expect(await world.run('gives_up', { input: { url: `${base}/silent` } })).toMatchObject({ output: 'gave up' });
    while (lost < 2) await new Promise((resolve) => setImmediate(resolve));
  });

  test('reaches no host but those of its manifest, and reads JSON', async () => {
    expect(await world.run('forbidden')).toMatchObject({ failure: { kind: 'fatal', code: 'host_not_granted' } });
    expect(await world.run('json', { input: { url: base } })).toMatchObject({ output: { a: 1 } });
    expect(await world.run('json', { input: { url: base, bad: true } })).toMatchObject({
      failure: { code: 'http_error' },
    });
  });

  test('is told that it is aborted, and may tidy up', async () => {
    const controller = new AbortController();
    const outcome = world.run('polite', { signal: controller.signal });
    await world.run('facts');
    controller.abort();
    expect(await outcome).toEqual({ is: 'completed', output: 'went politely' });
  });
});

describe('a plugin is not isolated', () => {
  const plugin = (more: string): string =>
    `import { definePlugin, defineTask, defineTrigger } from '@tekton/harmonia/plugin';
     const a = defineTask({ id: 'a', description: 'a', run: () => 1 });
     export default definePlugin({ id: 'stranger', tasks: [a], ${more} });`;
  test.each<[string, string, object, string]>([
    ['has the role service', plugin(''), { role: 'service', tasks: ['a'] }, 'has the role "service"'],
    ['starts', plugin('start() {}'), { tasks: ['a'] }, 'it has the hooks start or stop; it must be trusted'],
    [
      'has triggers',
      plugin(`triggers: [defineTrigger({ id: 't', description: 't', run: async () => {} })]`),
      { tasks: ['a'] },
      'it has triggers; it must be trusted',
    ],
    ['makes templates', plugin('templates: [{}]'), { tasks: ['a'] }, 'its code makes templates; it must be trusted'],
    ['offers something else', plugin(''), { tasks: ['a', 'b'] }, 'it offers tasks a; its manifest says a, b'],
    ['throws', 'throw new Error("at import");', {}, 'its code cannot be loaded: at import'],
    ['exports nothing', 'export default null;', {}, 'its default export was not made by definePlugin'],
    ['leaves', 'process.exit(3);', {}, 'worker exited with code: 3'],
    ['hangs', 'for (;;);', {}, 'gave no sign of life'],
    ['waits for ever', 'await new Promise(() => {}); export default 1;', {}, 'gave no sign of life'],
    [
      'describes itself by garbage',
      `export default { brand: 'tekton.harmonia.plugin/1', id: 'stranger', tasks: [null, { id: '__proto__' }, 7] };`,
      {},
      'the task id "undefined" must match',
    ],
    [
      'describes itself at great length',
      `export default { brand: 'tekton.harmonia.plugin/1', id: 'stranger', tasks: [], config: { a: 'x'.repeat(2e7) } };`,
      {},
      'it sends more than it may',
    ],
  ])('that %s', async (_name, code, harmonia, reason) => {
    const found = await writePackage(code, harmonia as never);
    const error: unknown = await isolate(found, { patience: 1500 }).catch((failure: unknown) => failure);
    expect((error as Error).message).toContain(reason);
  });
});
