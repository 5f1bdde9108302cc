import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { compare, isBetter, simulateWorkflow, upwardRanks } from '../../src/llm/optimizer/simulate/index.js';
import { importDocument } from '../../src/workflow/index.js';
import { alwaysTook, workflow } from '../optimizer/histories.js';
import { task } from '../world/core-world.js';

const DATA = fileURLToPath(new URL('../../../shared/data/wfinstances/', import.meta.url));

interface Traced {
  readonly depends_on?: readonly string[];
  readonly metadata: { readonly wfformat: { readonly runtime_seconds?: number } };
}

/** A trace as a workflow of plain tasks, and how long each of them took, ms. */
const read = (file: string) => {
  const imported = importDocument(JSON.parse(readFileSync(DATA + file, 'utf8')) as JsonObject);
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  const tasks = Object.entries(imported.value.document.tasks as unknown as Record<string, Traced>);
  const needs = new Map(tasks.map(([id, { depends_on = [] }]) => [id, depends_on]));
  const millis = new Map(
    tasks.map(([id, { metadata }]) => [id, Math.round((metadata.wfformat.runtime_seconds ?? 0) * 1000)]),
  );
  return { needs, millis };
};

type Needs = ReadonlyMap<string, readonly string[]>;

const compiledOf = (needs: Needs, priorities: ReadonlyMap<string, number> = new Map()): CompiledWorkflow =>
  workflow(
    Object.fromEntries(
      [...needs].map(([id, before]) => [id, task({ depends_on: [...before], priority: priorities.get(id) ?? 0 })]),
    ),
  );

describe.each(readdirSync(DATA))('trace %s', (file) => {
  const { needs, millis } = read(file);
  const compiled = compiledOf(needs);
  const history = alwaysTook(compiled, Object.fromEntries([...millis].map(([id, length]) => [`/${id}`, length])));
  const makespan = (of: CompiledWorkflow, maxRunningTasks = 100_000): number =>
    simulateWorkflow(of, history, { resamples: 1, limits: { maxRunningTasks } }).outcomes[0]?.makespan ?? NaN;

  const ends = new Map<string, number>();
  const endOf = (id: string): number => {
    const known = ends.get(id) ?? Math.max(0, ...(needs.get(id) ?? []).map(endOf)) + (millis.get(id) ?? 0);
    ends.set(id, known);
    return known;
  };
  const longest = Math.max(...[...needs.keys()].map(endOf));
  const work = [...millis.values()].reduce((sum, length) => sum + length, 0);
  /** Each task's mean is exact, and rounded to a millisecond when it is drawn. */
  const near = needs.size;

  test('takes its longest way, with slots without number', () => {
    expect(Math.abs(makespan(compiled) - longest)).toBeLessThanOrEqual(near);
  });

  test.each([2, 4, 16])('with %d slots, stays within the bounds of list scheduling', (slots) => {
    const limited = makespan(compiled, slots);
    expect(limited).toBeGreaterThanOrEqual(Math.max(longest, work / slots) - near);
    expect(limited).toBeLessThanOrEqual(work / slots + (1 - 1 / slots) * longest + near);
  });

  test('upward ranks as priorities keep within them too, and the first task of all has the longest way before it', () => {
    const ranks = upwardRanks(compiled, history);
    const most = Math.max(...[...ranks.values()].map(({ rank }) => rank));
    expect(most).toBeCloseTo(longest, -1);
    const priorities = new Map([...ranks].map(([pattern, { rank }]) => [pattern.slice(1), (1000 * rank) / most]));
    const limited = makespan(compiledOf(needs, priorities), 4);
    expect(limited).toBeGreaterThanOrEqual(Math.max(longest, work / 4) - near);
    expect(limited).toBeLessThanOrEqual(work / 4 + 0.75 * longest + near);
  });

  test('in one row after another it is never faster, and to undo that is better wherever anything ran side by side', () => {
    const ids = [...needs.keys()].sort((a, b) => endOf(a) - endOf(b) || depth(a) - depth(b));
    const row = compiledOf(new Map(ids.map((id, index) => [id, index === 0 ? [] : [ids[index - 1] as string]])));
    const [base, candidate] = [row, compiled].map((of) => simulateWorkflow(of, history, { resamples: 20 }));
    if (!base || !candidate) throw new Error('two were simulated');
    const comparison = compare(base, candidate);
    expect(Math.abs((comparison.p50?.before ?? NaN) - work)).toBeLessThanOrEqual(near);
    expect(isBetter(comparison, 'latency')).toBe(work - longest >= Math.min(1000, 0.02 * work));
  });

  const depth = (id: string): number => 1 + Math.max(0, ...(needs.get(id) ?? []).map(depth));
});
