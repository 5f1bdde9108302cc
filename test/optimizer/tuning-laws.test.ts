import { expect, test } from '@jest/globals';
import { Chance, type JsonObject } from '../../src/kernel/index.js';
import { effectsOf, NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { improve, type Improvement } from '../../src/llm/optimizer/prove/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import {
  buildHistory,
  type Observations,
  type ObservedExecution,
  type ObservedFailure,
  type ObservedStep,
} from '../../src/llm/optimizer/simulate/index.js';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { UNTIL } from './histories.js';
import { compile, surroundings } from './versions.js';
import { seedOf } from '../world/random.js';

/** What holds of every history, likely or not. */

const TYPES = ['x/pure', 'x/read', 'x/idempotent', 'x/write'];
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const CASES = process.env.HARMONIA_TEST_LONG ? 300 : 6;

const documentOf = (chance: Chance): JsonObject => {
  const task = (): JsonObject => ({
    type: chance.pick(TYPES),
    ...(chance.happens(0.3) && { effects: chance.pick(['pure', 'read', 'idempotent', 'write']) }),
    ...(chance.happens(0.4) && { timeout: chance.pick([0.5, 2, 30, 5000]) }),
    ...(chance.happens(0.5) && { retry_policy: { max_retries: chance.below(7), initial_delay: 0.1 } }),
  });
  const tasks = Object.fromEntries(IDS.map((id) => [id, task()]));
  return { ...tasks, each: { map: { over: [1, 2, 3], as: 'row' }, tasks: { one: task() } } };
};

const CODES = ['busy', 'wrong', 'timeout', 'rate_limited'];
const KINDS = ['transient', 'fatal', 'timeout'] as const;

/** A step of any kind: what it says need not be likely, only possible. */
const stepOf = (address: string, chance: Chance, habits: Habits): ObservedStep => {
  const startedAt = UNTIL - 100_000_000 + chance.below(90_000_000);
  const length = Math.round(habits.middle * Math.exp(habits.width * chance.normal()));
  const retries = chance.happens(habits.fails) ? 1 + chance.below(4) : 0;
  const status = chance.happens(habits.fails) ? 'failed' : chance.happens(0.02) ? 'canceled' : 'completed';
  const failure = (): ObservedFailure => ({
    ...{ kind: chance.pick(KINDS), code: chance.pick(CODES) },
    after: chance.happens(0.8) ? Math.round(length * 30 * chance.next()) : undefined,
  });
  return {
    ...{ step: address, status, attempt: retries + 1, retries, cause: undefined, isSuperseded: false },
    ...{ firstStartedAt: startedAt, startedAt, endedAt: startedAt + length, input: chance.below(habits.inputs) },
    failures: Array.from({ length: retries + (status === 'failed' ? 1 : 0) }, failure),
  };
};

interface Habits {
  readonly middle: number;
  readonly width: number;
  readonly fails: number;
  readonly inputs: number;
}

const observedOf = (compiled: CompiledWorkflow, chance: Chance): Observations => {
  const addresses = [...IDS.map((id) => `/${id}`), ...[0, 1, 2].map((n) => `/each[${n}]/one`)];
  const habits = new Map(
    addresses.map((address) => [
      address.replace(/\[.\]/, ''),
      {
        middle: chance.pick([20, 800, 20_000]),
        width: chance.pick([0.1, 0.5, 1.5]),
        fails: chance.pick([0, 0.05, 0.4]),
        inputs: chance.pick([1, 10, 100_000]),
      },
    ]),
  );
  const once = (): ObservedExecution => ({
    ...{ definition: 'today', status: chance.pick(['completed', 'completed', 'failed', 'canceled']) },
    ...{ startedAt: UNTIL - 100_000_000, endedAt: UNTIL, isStraight: true, isWhole: true },
    steps: addresses.map((address) => stepOf(address, chance, habits.get(address.replace(/\[.\]/, '')) as Habits)),
  });
  const documents = new Map([['today', compiled.document]]);
  return { until: UNTIL, windowDays: 30, own: Array.from({ length: 80 }, once), others: [], documents };
};

const foundIn = (compiled: CompiledWorkflow, observed: Observations): readonly Improvement[] => {
  const study = studyOf(compiled, NO_FACTS, surroundings.catalogue);
  const history = buildHistory(compiled, observed);
  return improve({ study, surroundings }, { history, limits: {} }).filter(({ evidence }) => evidence !== undefined);
};

const opsOf = (found: readonly Improvement[]): string[] => found.map(({ ops }) => JSON.stringify(ops));

test('equal histories give equal findings; no timeout cuts what succeeded, no write is retried, nothing is found twice', () => {
  const seed = seedOf('tuning laws');
  const kinds = new Set<string>();
  for (let n = 0; n < CASES; n++) {
    const chance = new Chance('laws', seed, n);
    const compiled = compile(documentOf(chance));
    const observed = observedOf(compiled, chance);
    const shuffled = { ...observed, own: [...observed.own].reverse() };
    const study = studyOf(compiled, NO_FACTS);
    const found = foundIn(compiled, observed);
    expect([n, opsOf(foundIn(compiled, shuffled))]).toEqual([n, opsOf(found)]);
    for (const { kind, ops, candidate } of found) {
      kinds.add(kind);
      for (const op of ops) {
        const task = 'task' in op ? op.task : '';
        const runs = observed.own.flatMap(({ steps }) =>
          steps.filter(({ step }) => step.replace(/\[.\]/, '') === task),
        );
        const longest = Math.max(
          0,
          ...runs.map(({ status, startedAt = 0, endedAt }) => (status === 'completed' ? endedAt - startedAt : 0)),
        );
        if (op.op === 'set_timeout') expect([n, op.seconds * 1000 >= longest]).toEqual([n, true]);
        const placed = study.places.at(task);
        if (op.op === 'set_retry' && placed) expect(effectsOf(placed.task, NO_FACTS)).not.toBe('write');
        if (op.op === 'set_cache' && placed) expect(effectsOf(placed.task, NO_FACTS)).toBe('pure');
      }
      const again = foundIn(candidate, observed).filter((other) => other.kind === kind);
      const touched = new Set(again.flatMap((other) => other.ops.map((op) => ('task' in op ? op.task : ''))));
      expect([n, ops.filter((op) => 'task' in op && touched.has(op.task))]).toEqual([n, []]);
    }
  }
  expect(kinds.size).toBeGreaterThan(0);
});
