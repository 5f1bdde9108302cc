import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { AttemptOutcome } from '../../src/engine/ports/index.js';
import { closeIsolated, isolated, type IsolatedWorld } from '../world/isolated.js';

process.env.HARMONIA_CANARY = 'canary-in-the-environment';
afterEach(closeIsolated);
afterAll(() => {
  delete process.env.HARMONIA_CANARY;
});

/** What an honest attempt does meanwhile, for as long as the host lets it. */
const HONEST = { honest: `await context.once('k', () => 1); return input;` };
const LIMITS = { hungAfter: 400, grace: 100, maxHeapMb: 64, maxThreads: 2 };
const PATIENT = { ...LIMITS, hungAfter: 20_000 };

const fails = (code: string, kind = 'transient'): object => ({ is: 'failed', failure: { kind, code } });
const gives = (output: unknown): object => ({ is: 'completed', output });

/** Runs a hostile task among honest ones of the same plugin; those must not notice. */
const among = async (world: IsolatedWorld, task = 'hostile', signal?: AbortSignal): Promise<AttemptOutcome> => {
  const honest = (n: number): Promise<AttemptOutcome> => world.run('honest', { input: { n } });
  const before = [honest(1), honest(2)];
  const hostile = world.run(task, { signal });
  const outcomes = await Promise.all([...before, honest(3), hostile.then(() => honest(4)), honest(5)]);
  expect(outcomes).toEqual([1, 2, 3, 4, 5].map((n) => gives({ n })));
  return hostile;
};

const attack = async (body: string, before = '', limits = PATIENT): Promise<AttemptOutcome> =>
  among(await isolated({ tasks: { ...HONEST, hostile: body }, before, limits }));

/** The line of the thread and the token of each attempt, taken where Node hands messages out. */
const LINE = `
  const key = Symbol.for('nodejs.internal.kHybridDispatch');
  const dispatch = EventTarget.prototype[key];
  let port, token, earlier;
  EventTarget.prototype[key] = function (data, ...more) {
    if (data?.task?.token) [earlier, token] = [token, data.task.token];
    if (data?.to) port = this;
    return dispatch.call(this, data, ...more);
  };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const taken = async (context) => { await context.once('line', () => 1); return port; };`;
const FORGED = `'{"is":"done","output":"forged"}'`;

/** The port of the pool, taken where the worker says that it is ready for more; that of the parent needs no trick. */
const POOL = `
  import { MessagePort, parentPort } from 'node:worker_threads';
  let pool, answered;
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (...given) {
    if (given[0]?.taskId !== undefined) [pool, answered] = [this, given[0].taskId];
    return postMessage.apply(this, given);
  };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;
const ONE = { ...PATIENT, maxThreads: 1, maxOutputBytes: 1e6 };

describe('an isolated attempt costs itself and nothing else when it', () => {
  test.each<[string, string, object]>([
    ['throws nothing', 'throw undefined;', fails('task_threw')],
    ['throws null', 'throw null;', fails('task_threw')],
    ['throws a proxy', `throw new Proxy({}, { get() { throw new Error('no'); } });`, fails('task_threw')],
    [
      'throws a failure of garbage',
      `throw { brand: 'tekton.harmonia.failure', kind: {}, code: {}, retryAfter: 'x' };`,
      fails('[object Object]'),
    ],
    [
      'throws a failure as long as its memory',
      `throw fatal('x'.repeat(1e6), 'y'.repeat(1e7));`,
      fails('x'.repeat(100), 'fatal'),
    ],
    [
      'rejects where nobody looks',
      `Promise.reject(new Error('stray')); await new Promise(() => {});`,
      fails('worker_crashed'),
    ],
    [
      'throws from a timer',
      `setTimeout(() => { throw null; }, 5); await new Promise(() => {});`,
      fails('worker_crashed'),
    ],
    ['hangs', 'for (;;);', fails('worker_hung')],
    ['hangs in promises', 'for (;;) await null;', fails('worker_hung')],
    ['waits for ever', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', fails('worker_hung')],
    ['matches for ever', `/^(a+)+$/.test('a'.repeat(60) + '!');`, fails('worker_hung')],
    [
      'leaks',
      'const all = []; for (;;) all.push({ a: new Array(1000).fill(all.length) });',
      fails('worker_out_of_memory'),
    ],
    ['recurses for ever', 'const down = () => 1 + down(); return down();', fails('task_threw')],
    ['exits', 'process.exit(0);', fails('worker_crashed')],
    ['exits with a code', 'process.exitCode = 7; process.reallyExit(7);', fails('worker_crashed')],
    ['aborts', 'process.abort();', fails('task_threw')],
    ['kills', 'process.kill(process.pid, "SIGKILL");', fails('task_threw')],
    ['leaves its directory', 'process.chdir("/");', fails('task_threw')],
  ])('%s', async (_name, body, outcome) => {
    const limits = JSON.stringify(outcome).includes('worker_hung') ? LIMITS : PATIENT;
    expect(await attack(body, '', limits)).toMatchObject(outcome);
  });

  const shared = 'const s = new SharedArrayBuffer(8);';
  test.each<[string, string, string]>([
    ['a function', 'return () => 1;', 'output_invalid'],
    ['a symbol', 'return Symbol("x");', 'output_invalid'],
    ['a big integer', 'return { a: 1n };', 'output_invalid'],
    ['a circle', 'const a = {}; a.a = a; return a;', 'output_invalid'],
    ['an object of a class', 'return new (class A {})();', 'output_invalid'],
    ['shared memory', `${shared} return new Uint8Array(s);`, 'output_invalid'],
    ['a getter that throws', 'return { get a() { throw new Error("no"); } };', 'output_invalid'],
    ['a proxy that throws', 'return new Proxy({}, { ownKeys() { throw new Error("no"); } });', 'output_invalid'],
    ['a large text', 'return "x".repeat(3e7);', 'payload_too_large'],
    [
      'one part a million times',
      'let a = ["x".repeat(100)]; for (let i = 0; i < 30; i++) a = [a, a]; return a;',
      'payload_too_large',
    ],
  ])('answers %s', async (_name, body, code) => {
    expect(await attack(body)).toMatchObject(fails(code, 'fatal'));
  });

  test('answers a key __proto__, which stays data', async () => {
    const outcome = await attack('return JSON.parse(\'{"__proto__": {"polluted": 1}}\');');
    expect(JSON.stringify(outcome)).toBe('{"is":"completed","output":{"__proto__":{"polluted":1}}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('ends well, and throws later', async () => {
    expect(await attack('setTimeout(() => { throw new Error("late"); }, 1); return 1;')).toEqual(gives(1));
    expect(await attack('setTimeout(() => { throw new Error("late"); }, 1).unref(); return 1;')).toEqual(gives(1));
  });

  test('ends well, and hangs its idle thread, which is found when it takes no job', async () => {
    const tasks = { ...HONEST, hang: 'setTimeout(() => { for (;;); }, 5).unref(); return 1;' };
    const world = await isolated({ tasks, limits: { ...PATIENT, maxThreads: 1 } });
    expect(await world.run('hang')).toEqual(gives(1));
    // The thread has nothing to do for long enough to hang.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await world.run('honest', { input: { n: 1 } })).toEqual(gives({ n: 1 }));
  });

  test('ends well, and hangs in what it left behind', async () => {
    expect(await attack('setImmediate(() => { for (;;); }); return 1;')).toEqual(gives(1));
    expect(await attack('Promise.resolve().then(() => setTimeout(() => { for (;;); })); return 1;')).toEqual(gives(1));
  });
});

test('an attempt that ignores its abort is ended after the grace', async () => {
  const world = await isolated({ tasks: { ...HONEST, hostile: 'await new Promise(() => {});' }, limits: LIMITS });
  const controller = new AbortController();
  const outcome = among(world, 'hostile', controller.signal);
  await world.run('honest');
  controller.abort();
  expect(await outcome).toMatchObject({ is: 'failed', failure: { message: 'The task threw: aborted.' } });
});

test('an attempt has no more than its seconds', async () => {
  const tasks = { ...HONEST, hostile: 'await new Promise(() => {});' };
  const world = await isolated({ tasks, limits: { ...LIMITS, maxSeconds: 0.2 } });
  expect(await among(world)).toMatchObject(fails('timeout'));
});

describe('what an attempt does to the globals of its thread is gone with it:', () => {
  test.each<[string, string, string, unknown]>([
    ['the prototype of all objects', 'Object.prototype.isAdmin = true;', '({}).isAdmin ?? null', null],
    ['a method of lists', 'Array.prototype.map = () => "mine";', '[1].map((n) => n)', [1]],
    ['JSON', 'JSON.parse = () => "mine";', 'JSON.parse("1")', 1],
    [
      'a prototype that no global names',
      'Object.getPrototypeOf([].values()).next = () => ({ done: true });',
      '[...[1]]',
      [1],
    ],
    ['the chain of prototypes', 'Object.setPrototypeOf(Array.prototype, { mine: 1 });', '[].mine ?? null', null],
    ['fetch', 'globalThis.fetch = () => "mine";', 'String(fetch).includes("mine")', false],
    ['a global that is made late', 'globalThis.Headers = 5;', 'typeof Headers', 'function'],
    ['a new global', 'globalThis.left = 5;', 'typeof left', 'undefined'],
    ['the clock', 'Date.now = () => 0;', 'context.now() > 1e12', true],
    [
      'the line to the host',
      'import("node:worker_threads").then((w) => { w.MessagePort.prototype.postMessage = () => {}; });',
      '1',
      1,
    ],
  ])('%s', async (_name, body, expression, expected) => {
    // One thread: whoever comes next would find what was left.
    const tasks = { pollute: `${body} return 1;`, next: `return ${expression};` };
    const world = await isolated({ tasks, limits: { ...LIMITS, maxThreads: 1 } });
    await world.run('pollute');
    expect(await world.run('next')).toEqual(gives(expected));
  });

  test('while one that leaves nothing keeps its thread', async () => {
    const before = 'let count = 0;';
    const tasks = { count: 'await new Promise((resolve) => setTimeout(resolve, 1)); new Headers(); return ++count;' };
    const world = await isolated({ tasks, before, limits: { ...LIMITS, maxThreads: 1, maxAttempts: 4 } });
    const counted = [];
    for (let n = 0; n < 5; n++) counted.push(await world.run('count'));
    // The description was its first job.
    expect(counted).toEqual([1, 2, 3, 1, 2].map(gives));
  });

  test('one that keeps too much memory does not', async () => {
    const tasks = { keep: 'kept.push(Buffer.alloc(5e7, 1)); return kept.length;' };
    const world = await isolated({ tasks, before: 'const kept = [];', limits: { ...LIMITS, maxThreads: 1 } });
    expect([await world.run('keep'), await world.run('keep')]).toEqual([gives(1), gives(1)]);
  });
});

describe('the host', () => {
  test('shows its environment, its arguments and its options to nobody', async () => {
    const outcome = await attack('return [{ ...process.env }, process.argv.slice(2), process.execArgv];');
    expect(outcome).toEqual(gives([{}, [], ['--no-addons']]));
  });

  test.each([
    ['inspector', 'new (await import("node:inspector")).Session();'],
    ['inspector by require', 'new (createRequire("/")("inspector")).Session();'],
    ['inspector/promises', 'new (await import("inspector/promises")).Session();'],
    ['v8', '(await import("node:v8")).setFlagsFromString("--stack-size=1");'],
    ['v8 of the process', 'process.getBuiltinModule("v8").setFlagsFromString("--stack-size=1");'],
    ['cluster', '(await import("node:cluster")).default.fork();'],
  ])('lets nobody use %s', async (_name, body) => {
    const outcome = await attack(body, `import { createRequire } from 'node:module';`);
    expect(outcome).toMatchObject({
      ...fails('task_threw'),
      failure: { message: expect.stringContaining('is not for isolated plugins') as unknown },
    });
  });

  test('lets nobody load native code', async () => {
    expect(await attack('process.dlopen({ exports: {} }, "/tmp/x.node");')).toMatchObject(fails('task_threw'));
  });

  test('is not flooded with log lines', async () => {
    const world = await isolated({
      tasks: { ...HONEST, hostile: 'for (let i = 0; i < 1e5; i++) context.log("info", "x"); return 1;' },
      limits: LIMITS,
    });
    expect(await among(world)).toEqual(gives(1));
    expect(world.logs.length).toBeLessThan(1500);
    expect(world.logs.filter(({ message }) => message.includes('Lines are missing here'))).toHaveLength(1);
  });

  test.each<[string, string]>([
    ['flooded with messages', 'for (;;) port.postMessage(token + \'{"is":"heartbeat"}\');'],
    [
      'flooded with text',
      'for (;;) port.postMessage(token + JSON.stringify({ is: "worked", id: 1, result: "x".repeat(1e6) }));',
    ],
    [
      'flooded with log lines that come past the context',
      'for (;;) port.postMessage(token + \'{"is":"log","level":"info","message":"x"}\');',
    ],
    ['told no JSON', 'port.postMessage(token + "{"); await pause(1e5);'],
    ['told what nobody says', 'port.postMessage(token + \'{"is":"obey"}\'); await pause(1e5);'],
    [
      'told half of it',
      'port.postMessage(token + \'{"is":"ask","id":1,"question":{"what":"http","request":{}}}\'); await pause(1e5);',
    ],
    [
      'asked for what is no method',
      'port.postMessage(token + \'{"is":"ask","id":1,"question":{"what":"call","service":"constructor","method":"constructor","args":[]}}\'); await pause(1e5);',
    ],
    ['handed an object', 'port.postMessage({ is: "done", output: 1 }); await pause(1e5);'],
    ['handed null', 'port.postMessage(null); await pause(1e5);'],
    [
      'handed a port',
      'const line = port; const { port1 } = new MessageChannel(); line.postMessage(port1, [port1]); await pause(1e5);',
    ],
    [
      'handed bytes that nobody asked for',
      'port.postMessage(Buffer.concat([Buffer.from(token), Buffer.alloc(10)])); await pause(1e5);',
    ],
    ['handed bytes that are too few', 'port.postMessage(new Uint8Array(10)); await pause(1e5);'],
    ['flooded with what has no token', 'for (;;) port.postMessage("x");'],
    ['handed shared memory', 'port.postMessage(new Uint8Array(new SharedArrayBuffer(10))); await pause(1e5);'],
  ])('when %s on the line of an attempt, ends that worker', async (_name, body) => {
    const outcome = await attack(`const port = await taken(context); ${body}`, LINE, ONE);
    expect(outcome).toMatchObject(fails('worker_protocol', 'fatal'));
  });

  test.each<[string, string]>([
    ['without a token', `''`],
    ['with the token of the attempt before', 'earlier'],
    ['with a token of its own making', `'0'.repeat(36)`],
  ])('takes no answer %s', async (_name, forger) => {
    const body = `const port = await taken(context); port.postMessage(${forger} + ${FORGED}); await pause(20); return 'own';`;
    expect(await attack(body, LINE, ONE)).toEqual(gives('own'));
  });

  test('when its line is closed, ends that worker', async () => {
    const body = 'const port = await taken(context); port.close(); await pause(1e5);';
    expect(await attack(body, LINE, ONE)).toMatchObject({ is: 'failed' });
  });

  test.each<[string, string]>([
    ['null', 'null'],
    ['a text', '"hello"'],
    ['an answer of another', '{ taskId: 12345, result: 1, error: null }'],
    ['an answer without an end', '(() => { const a = {}; a.a = a; return a; })()'],
  ])('when handed %s on the ports of the pool, ends that worker and stays alive', async (_name, message) => {
    for (const port of ['pool', 'parentPort']) {
      const outcome = await attack(`${port}.postMessage(${message}); await pause(1e5);`, POOL, ONE);
      expect(outcome).toMatchObject(fails('worker_protocol', 'fatal'));
    }
  });

  test('is flooded by nobody over the port of the parent', async () => {
    expect(await attack('for (;;) parentPort.postMessage("x");', POOL, ONE)).toMatchObject(
      fails('worker_protocol', 'fatal'),
    );
  });

  test('takes no answer that was forged for the pool', async () => {
    const body = `for (let id = 0; id < 99; id++) pool.postMessage({ taskId: id, result: 'forged', error: null }); await pause(1e5);`;
    expect(await attack(body, POOL, ONE)).toMatchObject({ is: 'failed' });
  });
});

test('of a hundred attempts at a time every third dies, each in its way; the others complete, and nothing is left', async () => {
  const deaths = [
    'process.exit(1)',
    'for (;;);',
    'throw 1',
    'setTimeout(() => { throw 2; }); await new Promise(() => {})',
  ];
  const hostile = `switch (input.n % 4) { ${deaths.map((death, n) => `case ${n}: ${death}; break;`).join(' ')} }`;
  const world = await isolated({ tasks: { ...HONEST, hostile }, limits: { ...LIMITS, maxThreads: 4 } });
  const isHostile = (n: number): boolean => n % 3 === 0;
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, n) => world.run(isHostile(n) ? 'hostile' : 'honest', { input: { n } })),
  );
  for (const [n, outcome] of outcomes.entries())
    expect(outcome).toMatchObject(isHostile(n) ? { is: 'failed', failure: { kind: 'transient' } } : gives({ n }));
  await world.close();
  const left = (): string[] => process.getActiveResourcesInfo().filter((kind) => /MessagePort|Worker/.test(kind));
  // A thread that was ended takes a moment to go; one that stays makes this time out.
  while (left().length > 0) await new Promise((resolve) => setImmediate(resolve));
}, 60_000);

test('another plugin does not notice', async () => {
  const [one, other] = await Promise.all([
    isolated({ tasks: { hostile: 'for (;;);' }, limits: { ...LIMITS, maxThreads: 2 } }),
    isolated({ tasks: HONEST, limits: LIMITS }),
  ]);
  const hostile = Array.from({ length: 4 }, () => one.run('hostile'));
  const honest = Array.from({ length: 20 }, (_, n) => other.run('honest', { input: { n } }));
  expect(await Promise.all(honest)).toEqual(honest.map((_, n) => gives({ n })));
  for (const outcome of await Promise.all(hostile)) expect(outcome).toMatchObject(fails('worker_hung'));
});

test('attempts under way and in line fail when the plugin is taken out of service', async () => {
  const world = await isolated({
    tasks: { hostile: 'await new Promise(() => {});' },
    limits: { ...LIMITS, maxThreads: 1 },
  });
  const outcomes = [world.run('hostile'), world.run('hostile')];
  await world.close();
  for (const outcome of [...(await Promise.all(outcomes)), await world.run('hostile')])
    expect(outcome).toMatchObject(fails('worker_crashed'));
});
