import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { javascript } from '../../plugins/script/src/javascript.js';
import type { Json, JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const run = async (code: string, more: JsonObject = {}): Promise<TaskRun['outcome']> =>
  (await runTask(javascript, { code, ...more })).outcome;
const resultOf = async (code: string, more: JsonObject = {}): Promise<Json> => {
  const outcome = await run(code, more);
  if (outcome.is === 'failed') throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome.output;
};

describe('script/javascript', () => {
  test('gives what the script returns of its input', async () => {
    expect(await resultOf('return input.a + 1', { input: { a: 2 } })).toBe(3);
    expect(
      await resultOf('return { list: input.map((n) => n * 2), text: "ünïcode \\u0000 🎈" }', { input: [1, 2] }),
    ).toEqual({
      list: [2, 4],
      text: 'ünïcode \u0000 🎈',
    });
    expect(await resultOf('input')).toBeNull();
    expect(await resultOf('return input')).toBeNull();
    expect(await resultOf('return undefined')).toBeNull();
    expect(await resultOf('return { a: undefined, b: () => 1, c: NaN, d: new Map() }')).toEqual({ c: null, d: {} });
    expect(await resultOf('return 1 // a comment')).toBe(1);
  });

  test('promises and async functions work', async () => {
    expect(
      await resultOf(`
        const later = async (n) => { await null; return n * 2; };
        let sum = 0;
        for await (const n of [later(1), later(2)]) sum += n;
        return [sum, ...(await Promise.all([later(5), 6, Promise.resolve(7)]))];`),
    ).toEqual([6, 10, 6, 7]);
    expect(await resultOf('let n = 0; while (n < 20000) { await null; n++; } return n')).toBe(20_000);
    expect(await resultOf('return Promise.resolve({ then: (done) => done(4) })')).toBe(4);
    expect(await run('await Promise.reject(new RangeError("no"))')).toMatchObject({
      failure: { code: 'script_failed', message: 'RangeError: no (line 1)' },
    });
  });

  test('what it says on the console is logged, also when it fails', async () => {
    const { outcome, logs } = await runTask(javascript, {
      code: `console.log("a", 1, { b: [2] }, undefined, null); console.warn("w"); console.error(new Error("e"));
        console.debug(); console.info(() => 1); console.log(10n, Symbol("s"), Object.create(null)); throw 1;`,
    });
    expect(outcome).toMatchObject({ is: 'failed' });
    expect(logs).toEqual([
      { level: 'info', message: 'a 1 {"b":[2]} undefined null' },
      { level: 'warn', message: 'w' },
      { level: 'error', message: 'Error: e' },
      { level: 'debug', message: '' },
      { level: 'info', message: '() => 1' },
      { level: 'info', message: '10 Symbol(s) {}' },
    ]);
  });

  test('errors have a message and the line of the script, and nothing of the host', async () => {
    expect(await run('\nconst f = () => {\n  throw new TypeError("hm");\n};\nf();')).toEqual({
      is: 'failed',
      failure: {
        kind: 'fatal',
        code: 'script_failed',
        message: 'TypeError: hm (line 3)',
        details: { name: 'TypeError', line: 3 },
      },
    });
    expect(await run('let a = 1;\nlet x = ;')).toMatchObject({
      failure: {
        kind: 'fatal',
        code: 'script_invalid',
        message: expect.stringMatching(/^SyntaxError: .* \(line 2\)$/) as unknown,
      },
    });
    expect(await run('return eval("let x = ;")')).toMatchObject({ failure: { code: 'script_failed' } });
    const said = await resultOf('try { null.x } catch (error) { return error.stack }');
    expect(said).not.toMatch(/node|file:|\/work|\.js/);
  });

  test('the same input gives the same output: chance has a seed, time is handed in', async () => {
    expect(javascript.effects).toBe('pure');
    const chance = 'return [Math.random(), Math.random(), [1, 2, 3, 4, 5, 6, 7].sort(() => Math.random() - 0.5)]';
    const first = (await resultOf(chance)) as number[];
    expect(await resultOf(chance)).toEqual(first);
    expect(await resultOf(chance, { seed: 1 })).not.toEqual(first);
    expect(first[0]).not.toBe(first[1]);
    const clock =
      'return [new Date(), Date.now(), new Date().getTime(), Date(), new Date() instanceof Date, typeof performance]';
    expect(await resultOf(clock, { now: '2026-01-02T03:04:05Z' })).toEqual([
      '2026-01-02T03:04:05.000Z',
      1767323045000,
      1767323045000,
      'Fri Jan 02 2026 03:04:05 GMT+0000',
      true,
      'undefined',
    ]);
    expect(await resultOf('return new Date()', { now: 0 })).toBe('1970-01-01T00:00:00.000Z');
    for (const code of [
      'new Date()',
      'Date.now()',
      'Date()',
      'new Date(0).constructor.now()',
      'Reflect.construct(Date, [])',
    ])
      expect(await run(code)).toMatchObject({
        failure: { code: 'script_failed', message: expect.stringContaining('hand the time in') as unknown },
      });
    expect(await resultOf('return new Date(5).toISOString()')).toBe('1970-01-01T00:00:00.005Z');
    expect(await run('', { now: 'yesterday' })).toMatchObject({ failure: { code: 'schema_mismatch' } });
    expect(await run('1', { now: 'yesterday' })).toMatchObject({ failure: { kind: 'fatal', code: 'script_invalid' } });
  });

  test('it is in no time zone', async () => {
    const plugin = join(import.meta.dirname, '../../plugins/script/dist/index.js');
    const code =
      'return [new Date(0).getHours(), new Date(0).getTimezoneOffset(), new Date("2020-07-01T00:00"), new Date(2020, 6, 1)]';
    const program = `
      const { default: script } = await import(${JSON.stringify(plugin)});
      const run = script.tasks.find(({ id }) => id === 'javascript').run;
      const output = await run({ code: ${JSON.stringify(code)} }, { signal: new AbortController().signal });
      console.log(JSON.stringify([new Date(0).getHours(), output]));    `;
    const env = { ...process.env, TZ: 'America/New_York' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
    expect(JSON.parse(stdout)).toEqual([19, [0, 0, '2020-07-01T00:00:00.000Z', '2020-07-01T00:00:00.000Z']]);
  });
});
