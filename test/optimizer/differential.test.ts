import { describe, expect, test } from '@jest/globals';
import { SideBySide } from '../../src/llm/optimizer/differential/index.js';
import { NO_FACTS, type Level } from '../../src/llm/optimizer/ir/index.js';
import { check } from '../../src/llm/optimizer/verify/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { seedOf } from '../world/random.js';
import { caseFamily } from './random/random-cases.js';
import { compile, pure, read, reading, write } from './versions.js';

const after = (...ids: string[]): { depends_on: string[] } => ({ depends_on: ids });

interface Pair {
  readonly base: JsonObject;
  readonly candidate: JsonObject;
  readonly rest?: JsonObject;
  readonly restOfCandidate?: JsonObject;
  readonly level?: Level;
}

const verdict = ({
  base,
  candidate,
  rest = {},
  restOfCandidate = rest,
  level = 'success-equivalent',
}: Pair): string => {
  const [one, other] = [compile(base, rest), compile(candidate, restOfCandidate)];
  const found = new SideBySide(one, NO_FACTS).compare(other, level);
  return found.is === 'alike' ? found.detail.replace(/\d+/, 'n') : `${found.at ?? ''} ${found.detail}`.trim();
};

const ALIKE = 'n runs of both had the same results';

describe('two versions side by side', () => {
  const output = { output: { a: '${tasks.a.output}', b: '${tasks.b.output}' } };

  test('that do the same', () => {
    const base = { a: pure(), b: pure(after('a')) };
    expect(verdict({ base, candidate: { a: pure(), b: pure() }, rest: output })).toBe(ALIKE);
    expect(verdict({ base, candidate: base, rest: output, level: 'identical' })).toBe(ALIKE);
  });

  test('an order of effects that is lost', () => {
    const base = { a: write(), b: write(after('a')) };
    expect(verdict({ base, candidate: { a: write(), b: write() }, rest: output })).toBe(
      '/b it starts before /a has ended',
    );
    const inMap = (b: JsonObject): JsonObject => ({
      m: { map: { over: '${[1, 2, 3]}', as: 'i' }, tasks: { a: write(), b }, output: '${tasks.b.output}' },
    });
    expect(verdict({ base: inMap(write(after('a'))), candidate: inMap(write()) })).toBe(
      '/m/b it starts before /m/a has ended',
    );
  });

  test('what doubles with every task does not take twice as long with each', () => {
    const twice = (n: number): JsonObject => ({ one: `\${tasks.t${n}.output}`, other: `\${tasks.t${n}.output}` });
    const base: Record<string, JsonObject> = { t0: { type: 'core/value', input: { n: 1 } } };
    for (let n = 1; n < 60; n++) base[`t${n}`] = { type: 'core/value', input: twice(n - 1) };
    const rest = { output: { last: '${tasks.t59.output.one}' } };
    expect(verdict({ base, candidate: base, rest, level: 'identical' })).toBe(ALIKE);
    const other = { ...base, t0: { type: 'core/value', input: { n: 2 } } };
    expect(verdict({ base, candidate: other, rest })).toBe('it has another output');
  });

  test('reads may come in any order', () => {
    expect(
      verdict({ base: { a: read(), b: read(after('a')) }, candidate: { a: read(), b: read() }, rest: output }),
    ).toBe(ALIKE);
  });

  test('an output that is another one', () => {
    const base = { a: pure(), b: pure(reading('a')) };
    const wrong = { output: { a: '${tasks.b.output}', b: '${tasks.b.output}' } };
    expect(verdict({ base, candidate: base, rest: output, restOfCandidate: wrong })).toBe('it has another output');
  });

  test('an effect that is gone, or has another input', () => {
    const base = { a: pure(), b: write(reading('a')) };
    const rest = { output: { a: '${tasks.a.output}' } };
    for (const b of [write({ input: { of: 1 } }), pure(reading('a'))])
      expect(verdict({ base, candidate: { a: pure(), b }, rest })).toBe('/b a task with effects runs otherwise');
  });

  test('a condition is met both ways, whatever it compares', () => {
    const task = (when: string): JsonObject => ({
      ...{
        a: read(),
        b: write({ when, ...after('a') }),
        c: write({ when: '${tasks.a.output.state == "up"}', ...after('b') }),
      },
    });
    const base = task('${tasks.a.output.n > 3 && tasks.a.output.list.exists(x, x > 2)}');
    expect(verdict({ base, candidate: base })).toBe(ALIKE);
    for (const when of ['${tasks.a.output.n > 4}', '${tasks.a.output.n > 3}'])
      expect(verdict({ base, candidate: task(when) })).toBe('/b a task with effects runs otherwise');
  });

  test('of what is meant to be different nothing is said', () => {
    const [base, candidate] = [{ a: write() }, { a: write({ timeout: 5 }) }];
    expect(verdict({ base, candidate, level: 'policy-change' })).toBe('not compared: it is meant to be different');
  });

  test('what waits for nobody tells nothing, and ends', () => {
    const base = { a: { event: { name: 'never' } }, b: pure(after('a')) };
    expect(verdict({ base, candidate: base })).toBe('no run told anything');
  });

  test('it is bounded by steps', () => {
    const base = { l: { loop: { while: '${index < 100000}', max_iterations: 100000 }, tasks: { a: pure() } } };
    expect(verdict({ base, candidate: base })).toBe('no run told anything');
  });
});

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const FAMILIES = LONG ? 20_000 : 150;

test('random versions: what is proved is never held to be different, and much of what is wrong is found', () => {
  const seed = seedOf('differential runs');
  const counts = { proved: 0, refused: 0, found: 0 };
  for (let family = 0; family < FAMILIES; family++) {
    const made = caseFamily(`${seed} ${family}`);
    if (!made) continue;
    const { base, facts, cases } = made;
    const sideBySide = new SideBySide(base, facts, 1500);
    for (const { candidate, claim, mutation } of cases) {
      const question = { base, candidate, claim, facts };
      if (claim.level !== 'identical' && claim.level !== 'success-equivalent') continue;
      const [checked, found] = [check(question), sideBySide.compare(candidate, claim.level)];
      if (checked.ok) {
        counts.proved += 1;
        expect([family, mutation, claim.level, found]).toMatchObject([family, mutation, claim.level, { is: 'alike' }]);
      } else {
        counts.refused += 1;
        if (found.is === 'different') counts.found += 1;
      }
    }
  }
  console.log(JSON.stringify(counts));
  expect(counts.proved).toBeGreaterThan(FAMILIES / 2);
  expect(counts.found / counts.refused).toBeGreaterThan(0.2);
});
