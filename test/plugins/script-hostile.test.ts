import { describe, expect, test } from '@jest/globals';
import { javascript } from '../../plugins/script/src/javascript.js';
import type { JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const run = async (code: string, more: JsonObject = {}, signal?: AbortSignal): Promise<TaskRun['outcome']> =>
  (await runTask(javascript, { code, ...more }, { ...(signal && { signal }) })).outcome;

/** After whatever was done, the next script finds everything as it should be. */
const expectSound = async (): Promise<void> => {
  expect(await run('return [input, ({}).polluted, typeof Math.random(), 1 + 1]', { input: 7 })).toEqual({
    is: 'completed',
    output: [7, null, 'number', 2],
  });
};

describe('a script that does not end', () => {
  test.each([
    'while (true);',
    'try { while (true); } catch { return 1 } finally { while (true); }',
    'for (;;) await null',
    'const f = async () => { for (;;) await f2(); }; const f2 = async () => {}; await f()',
    'const again = () => Promise.resolve().then(again); await again()',
    'return /(a+)+$/.test("a".repeat(60) + "b")',
    'return { get a() { for (;;); } }',
    'return { toJSON() { for (;;); } }',
    'throw { get message() { for (;;); } }',
    'throw new (class extends Error { get message() { for (;;); } })()',
    'throw new Proxy(new Error(""), { get() { for (;;); }, getPrototypeOf() { for (;;); } })',
    'console.log({ toJSON() { for (;;); } })',
    'return { then() { for (;;); } }',
    '[2, 1].sort(() => { for (;;); })',
    '"x".replace(/x/, () => { for (;;); })',
    'new Function("for (;;);")()',
    'function* g() { for (;;) yield 1 } return [...g()].length',
  ])('%s', async (code) => {
    const outcome = await run(code, { time_limit: 0.2, memory_limit: 256 });
    expect(outcome).toMatchObject({ is: 'failed', failure: { code: 'timeout', kind: 'transient' } });
    await expectSound();
  });

  test('inside of the machine, where it cannot be interrupted, loses its thread', async () => {
    const deep = 'let list = []; for (let n = 0; n < 200000; n++) list = [list]; return list';
    expect(await run(deep, { time_limit: 0.5 })).toMatchObject({ is: 'failed' });
    await expectSound();
  });

  test('waits for what never comes', async () => {
    for (const code of ['await new Promise(() => {})', 'return { then() {} }', 'await Promise.race([])'])
      expect(await run(code)).toMatchObject({ failure: { kind: 'fatal', code: 'script_stuck' } });
  });

  test('ends when its attempt does, while it runs and while it waits for a thread', async () => {
    const controllers = Array.from({ length: 12 }, () => new AbortController());
    const running = controllers.map(({ signal }) => run('for (;;);', { time_limit: 60 }, signal));
    await new Promise((resolve) => setImmediate(resolve));
    controllers.reverse().forEach((controller) => controller.abort());
    for (const outcome of await Promise.all(running)) expect(outcome).toMatchObject({ is: 'failed' });
    expect(await run('return 1', {}, AbortSignal.abort())).toMatchObject({ failure: { code: 'canceled' } });
    await expectSound();
  });
});

describe('a script that wants everything', () => {
  test.each([
    'const all = []; for (;;) all.push({})',
    'const all = []; for (;;) all.push(new Uint8Array(100000))',
    'return new ArrayBuffer(1e9)',
    'return new Array(1e9).fill(0)',
    'const f = () => f(); return f()',
    'const f = async () => await f(); return f()',
    'let list = input; for (;;) list = list.concat(list)',
  ])('%s', async (code) => {
    const outcome = await run(code, { input: [1, 2, 3, 4, 5, 6, 7, 8, 9], memory_limit: 8, time_limit: 30 });
    expect(outcome).toMatchObject({ is: 'failed', failure: { code: 'script_too_large', kind: 'fatal' } });
    await expectSound();
  });

  test.each([
    'let s = "x"; for (;;) s += s',
    'const m = new Map(); for (let n = 0; ; n++) m.set(n, [n])',
    'return "x".repeat(1e10)',
    'return eval("(".repeat(100000))',
    'return JSON.parse("[".repeat(1000000))',
    'return new RegExp("(".repeat(100000) + ")".repeat(100000))',
    'return 2n ** 10000000000n',
    'return [].concat(...Array(100000).fill(1))',
  ])('%s', async (code) => {
    expect(await run(code, { time_limit: 30 })).toMatchObject({ is: 'failed', failure: { kind: 'fatal' } });
    await expectSound();
  });

  test('a result that is too large is refused where it is, and so is an input', async () => {
    const failure = { kind: 'fatal', code: 'script_too_large' };
    expect(await run('return "x".repeat(17 * 1024 * 1024)', { memory_limit: 128, time_limit: 30 })).toMatchObject({
      failure: { ...failure, message: expect.stringContaining('result') as unknown },
    });
    expect(await run('return 1', { input: 'x'.repeat(2_000_000), memory_limit: 1 })).toMatchObject({ failure });
    await expectSound();
  });

  test('the console keeps so much and no more', async () => {
    const lines = async (code: string): Promise<string[]> =>
      (await runTask(javascript, { code, time_limit: 60 })).logs.map(({ message }) => message);
    const many = await lines('for (let n = 0; n < 5000; n++) console.log(n)');
    expect([many.length, many[999], many[1000]]).toEqual([1001, '999', 'Further lines are not kept.']);
    const wide = await lines('for (let n = 0; n < 500; n++) console.log("x".repeat(10000))');
    expect(wide.length).toBeLessThan(70);
    expect(wide[0]).toHaveLength(4000);
  });
});

describe('a script reaches nothing', () => {
  test.each([
    ...[
      'process',
      'require',
      'module',
      'globalThis.process',
      'fetch',
      'XMLHttpRequest',
      'WebAssembly',
      'Worker',
      'Deno',
    ],
    ...[
      'setTimeout',
      'setInterval',
      'queueMicrotask',
      'SharedArrayBuffer && Atomics',
      'std',
      'os',
      'print',
      'scriptArgs',
    ],
    ...['__dirname', 'Buffer', 'global', 'hostLog', 'harmonia', 'structuredClone', 'performance', 'navigator'],
  ])('%s', async (name) => {
    const outcome = await run(`return typeof (${name})`);
    if (outcome.is === 'completed') expect(outcome.output).toBe('undefined');
    else expect(outcome.failure.message).toMatch(/ReferenceError/);
  });

  test.each([
    'return import("node:fs")',
    'return import("fs")',
    'return (await import("data:text/javascript,export default 1")).default',
    'return new Function("return process")()',
    'return (() => {}).constructor("return require")()("fs")',
    'return console.log.constructor("return process")()',
    'return console.log.constructor.constructor("return process")()',
    'return eval("process")',
    'return arguments.callee.caller',
  ])('%s', async (code) => {
    expect(await run(code)).toMatchObject({ failure: { code: 'script_failed', kind: 'fatal' } });
  });

  test('the function around it can be closed, and nothing is gained', async () => {
    for (const code of ['}); globalThis.escaped = 1; (async () => { return typeof process', '})(); (() => {', '}']) {
      const outcome = await run(code);
      if (outcome.is === 'completed') expect(outcome.output).toBe('undefined');
      else expect(outcome.failure).toMatchObject({ kind: 'fatal' });
      await expectSound();
    }
  });

  test('what it changes of the language is gone with it, and does not disturb its own end', async () => {
    const polluting = `
      for (const it of [Object, Array, String, Promise, Function, RegExp, Error])
        for (const key of Object.getOwnPropertyNames(it.prototype))
          try { if (key !== "constructor") it.prototype[key] = () => { throw new Error("mine") } } catch {}
      Object.prototype.polluted = "yes"; JSON.stringify = JSON.parse = () => "mine"; Reflect.apply = null;
      Math.random = () => "mine"; globalThis.Error = globalThis.Date = globalThis.Promise = undefined;
      return { input };`;
    expect(await run(polluting, { input: { a: 1 } })).toEqual({ is: 'completed', output: { input: { a: 1 } } });
    await expectSound();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('keys of a result that look like a prototype are keys', async () => {
    const outcome = await run('return JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": 1}\')');
    expect(JSON.stringify(outcome)).toContain('{"__proto__":{"polluted":1},"constructor":1}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    ['throw undefined', 'undefined'],
    ['throw null', 'null'],
    ['throw "text"', 'text'],
    ['throw 5n', '5'],
    ['throw Symbol("s")', 'Symbol(s)'],
    ['throw { a: 1 }', '{"a":1}'],
    ['throw Object.create(null, { toString: { value: null } })', '{}'],
    ['throw Object.assign(new Error(""), { name: { toString: null }, message: [1], stack: 5 })', '[1]'],
    ['throw { toJSON() { throw 1 }, toString() { throw 2 } }', 'something that cannot be shown'],
    ['throw new Proxy({}, { get() { throw 1 } })', 'something that cannot be shown'],
    ['throw Object.defineProperty(new Error("x"), "message", { get() { throw 1 } })', 'something that cannot be shown'],
    ['return { get a() { throw new Error("in a getter") } }', 'in a getter'],
    ['const a = {}; a.a = a; return a', 'circular'],
    ['return 1n', 'BigInt'],
    ['throw new Error("x".repeat(1000000))', 'xxxx'],
  ])('%s', async (code, message) => {
    const outcome = await run(code);
    expect(outcome).toMatchObject({ is: 'failed', failure: { kind: 'fatal', code: 'script_failed' } });
    expect(outcome.is === 'failed' && outcome.failure.message).toContain(message);
    expect((outcome.is === 'failed' && outcome.failure.message.length) || 0).toBeLessThan(2500);
  });
});

test('a thousand scripts at once, some of them bombs: every other one is right', async () => {
  const bombs = [
    'for (;;);',
    'const all = []; for (;;) all.push({})',
    'const f = () => f(); f()',
    'throw 1',
    'await new Promise(() => {})',
  ];
  const outcomes = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      n % 100 === 0
        ? run(bombs[(n / 100) % bombs.length] as string, { time_limit: 0.2, memory_limit: 4 })
        : run('await null; return input * 2', { input: n }),
    ),
  );
  for (const [n, outcome] of outcomes.entries())
    if (n % 100 === 0) expect(outcome).toMatchObject({ is: 'failed' });
    else expect(outcome).toEqual({ is: 'completed', output: n * 2 });
}, 120_000);

test('the service is not held up while scripts run', async () => {
  let turns = 0;
  let isRunning = true;
  const running = run('for (;;);', { time_limit: 0.3 }).finally(() => (isRunning = false));
  while (isRunning) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  expect(await running).toMatchObject({ failure: { code: 'timeout' } });
  expect(turns).toBeGreaterThan(100);
});
