import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { trialLogOf } from '../../../src/composition/log/trial-log.js';
import type { Chance } from '../../../src/kernel/index.js';
import { CHAIN, TrialWorld } from '../../world/trial-world.js';

let world: TrialWorld;
beforeEach(async () => {
  world = await TrialWorld.open();
});
afterEach(async () => {
  expect(world.troubles).toEqual([]);
  await world.close();
});

const about =
  (mean: number) =>
  (chance: Chance): number =>
    mean * (1 + 0.05 * chance.normal());

const applied = async (base = 30): Promise<{ id: string; suggestion: string; version: string }> => {
  const found = await world.improvable(base);
  const { version } = await world.desk.apply(found.suggestion, {});
  await world.quiet();
  return { ...found, version };
};

describe('a suggestion that was applied', () => {
  test('waits for 20 runs, and is confirmed when they are better', async () => {
    const { id, suggestion } = await applied();
    expect(await world.followUp(suggestion)).toMatchObject({
      ...{ way: 'applied', version: '1.0.1', baseVersion: '1.0.0', share: null, state: 'waiting', end: null },
      runs: { seen: 0, of: 20 },
      predicted: { unit: 'seconds', makespan: { p50: expect.anything() as unknown } },
    });
    await world.times(id, 19);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'waiting', runs: { seen: 19 } });
    expect(world.told).toEqual([]);
    await world.run(id);
    expect(world.told).toMatchObject([{ suggestion, settled: { outcome: 'confirmed', offered: null } }]);
    const followUp = await world.followUp(suggestion);
    expect(followUp).toMatchObject({
      ...{ state: 'confirmed', runs: { seen: 20, of: 20 } },
      observed: { runs: { before: 30, after: 20 }, makespan: { verdict: 'better' }, busy: { verdict: 'same' } },
    });
    if (followUp?.state !== 'confirmed') throw new Error('it is confirmed');
    const { makespan, failure } = followUp.observed;
    expect(makespan?.before).toBeCloseTo(3, 1);
    expect(makespan?.after).toBeCloseTo(1, 1);
    expect(makespan?.change).toBeCloseTo(-2, 1);
    expect(failure).toMatchObject({ before: 0, after: 0, verdict: 'same' });
    // Later runs are not looked at, and what was settled stays.
    world.goes.set('1.0.1', about(9000));
    await world.times(id, 3);
    expect(await world.followUp(suggestion)).toEqual(followUp);
    expect((await world.desk.list({ workflow: id, offset: 0, limit: 9 })).items).toMatchObject([{ followUp }]);
  });

  test('shows no difference when there is none', async () => {
    const mostly =
      (mean: number, rest: number) =>
      (chance: Chance, address: string): number =>
        address === '/a' ? about(mean)(chance) : rest;
    world.goes.set('1.0.0', mostly(2600, 200));
    world.goes.set('1.0.1', mostly(3000, 20));
    const { id, suggestion } = await applied();
    await world.times(id, 20);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'no_difference' });
  });

  test('that is quicker and costs twice as much has regressed', async () => {
    const pays = (cost: number) => (chance: Chance) => ({
      tokens: { input: 100 + chance.below(9), output: 50 },
      ...{ calls: 1, cost: { EUR: cost * (1 + 0.05 * chance.normal()) } },
    });
    world.uses.set('1.0.0', pays(0.01));
    world.uses.set('1.0.1', pays(0.02));
    const { id, suggestion } = await applied();
    await world.times(id, 20);
    const followUp = await world.followUp(suggestion);
    expect(followUp).toMatchObject({
      state: 'regressed',
      observed: {
        ...{ makespan: { verdict: 'better' }, tokens: { verdict: 'same' }, cost: { verdict: 'worse' } },
        currency: 'EUR',
      },
    });
    if (followUp?.state !== 'regressed') throw new Error('it costs more');
    const { tokens, cost } = followUp.observed;
    expect(cost?.before).toBeCloseTo(0.03, 2);
    expect(cost?.after).toBeCloseTo(0.06, 2);
    expect(tokens?.before).toBeGreaterThan(450);
    const offer = await world.desk.get(followUp.rollback ?? '');
    expect(offer.suggestion.rationale).toMatch(/: cost [\d.]+ EUR → [\d.]+ EUR \(\+[\d.]+ EUR, 95 % interval/);
    expect((await world.desk.calibration()).cost).toMatchObject({ compared: 1 });
  });

  test('that is much worse is known after half of the runs, and going back is offered, never done', async () => {
    world.goes.set('1.0.1', about(9000));
    const { id, suggestion } = await applied();
    await world.times(id, 9);
    expect(world.told).toEqual([]);
    await world.run(id);
    expect(world.told).toMatchObject([{ suggestion, settled: { outcome: 'regressed' } }]);
    const followUp = await world.followUp(suggestion);
    if (followUp?.state !== 'regressed' || !followUp.rollback) throw new Error('it regressed');
    expect((await world.catalog.find(id)).version.version).toBe('1.0.1');
    const offered = await world.desk.get(followUp.rollback);
    expect(offered).toMatchObject({
      status: 'open',
      suggestion: {
        ...{ kind: 'rollback', baseVersion: '1.0.1', ops: [], risk: 'low', equivalence: 'behaviour-change' },
        title: 'Go back to version 1.0.0: 1.0.1 is worse',
        rationale: expect.stringMatching(
          /^In 10 runs of 1\.0\.1 and 30 of 1\.0\.0: median length [23]\S* s → [89]/,
        ) as unknown,
      },
    });
    expect((await world.desk.preview(followUp.rollback)).workflow).toEqual(
      (await world.catalog.find(id, '1.0.0')).document,
    );
    // Whatever it is called, one call is enough: it is what ran before.
    const { version, appliedFrom } = await world.desk.apply(followUp.rollback, { ifMatch: '1.0.1', note: 'slow' });
    expect([version, appliedFrom]).toEqual(['1.0.0', { suggestions: [followUp.rollback], version: '1.0.1' }]);
    expect(await world.desk.get(followUp.rollback)).toMatchObject({ status: 'applied', feedback: { note: 'slow' } });
    const { workflow, document } = await world.catalog.find(id);
    expect([workflow.version, JSON.stringify(document)]).toEqual(['1.0.0', JSON.stringify(CHAIN)]);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'regressed', end: { because: 'rolled_back' } });
    await expect(world.desk.apply(followUp.rollback, {})).rejects.toMatchObject({ code: 'suggestion_closed' });
    expect(world.told).toHaveLength(1);
  });

  test('a roll-back that was offered is stale with another version, and no part of a bundle', async () => {
    world.goes.set('1.0.1', about(9000));
    const { id, suggestion } = await applied();
    await world.times(id, 10);
    const followUp = await world.followUp(suggestion);
    const rollback = followUp?.state === 'regressed' ? (followUp.rollback ?? '') : '';
    expect(await world.desk.applySafe(id, {})).toMatchObject({ applied: null, left: [] });
    await world.catalog.update(id, { source: { ...CHAIN, version: '3.0.0', description: 'new' } });
    await expect(world.desk.apply(rollback, {})).rejects.toMatchObject({
      code: 'suggestion_stale',
      details: { rebased: null },
    });
  });

  test('that fails more often is worse, however fast it is', async () => {
    world.goes.set('1.0.1', (chance) => (chance.happens(0.3) ? 'fails' : 500));
    const { id, suggestion } = await applied();
    await world.times(id, 20);
    expect(await world.followUp(suggestion)).toMatchObject({
      state: 'regressed',
      observed: { failure: { before: 0, verdict: 'worse' } },
    });
  });

  test('that hangs is worse as soon as its runs are longer than all before', async () => {
    world.goes.set('1.0.1', () => 'hangs');
    const { id, suggestion } = await applied();
    await world.times(id, 10);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'waiting', runs: { seen: 0 } });
    world.timers.advance(60_000);
    expect(await world.followUp(suggestion)).toMatchObject({
      state: 'regressed',
      observed: { makespan: { after: 60, verdict: 'worse' } },
    });
  });

  test('waits for a run that is open and may still be a short one', async () => {
    const { id, suggestion } = await applied();
    await world.times(id, 19);
    world.goes.set('1.0.1', () => 'hangs');
    await world.run(id);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'waiting', runs: { seen: 19 } });
    world.timers.advance(60_000);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'confirmed' });
  });

  test('with another version, rolled back, or without runs before: it ends', async () => {
    const { id, suggestion } = await applied();
    await world.times(id, 3);
    await world.desk.rollback(id, '1.0.0');
    await world.times(id, 30);
    expect(await world.followUp(suggestion)).toMatchObject({
      state: 'ended',
      because: 'rolled_back',
      runs: { seen: 3 },
    });
    const again = await world.desk.suggest(id, { goal: 'latency', kinds: ['parallelise'] });
    expect(again.suggestions).toMatchObject([{ status: 'open', suggestion: { id: suggestion } }]);
    await world.desk.apply(suggestion, { runs: 10 });
    await world.catalog.update(id, { source: { ...CHAIN, version: '2.0.0' } });
    expect(await world.followUp(suggestion)).toMatchObject({
      state: 'ended',
      because: 'replaced',
      runs: { seen: 0, of: 10 },
    });
    const { suggestion: young, id: other } = await world.improvable(4, { ...CHAIN, name: 'young' });
    await world.desk.apply(young, {});
    await world.times(other, 20);
    expect(await world.followUp(young)).toMatchObject({
      state: 'ended',
      because: 'nothing_before',
      runs: { seen: 20 },
    });
    expect(world.told).toEqual([]);
  });

  test('a restart at any run changes nothing of what comes out', async () => {
    const outcome = async (restarts: readonly number[]): Promise<unknown> => {
      const { id, suggestion } = await world.improvable(12, { ...CHAIN, name: `restarted ${restarts.join(' ')}` });
      const { version } = await world.desk.apply(suggestion, {});
      let runs = 0;
      world.goes.set(version, () => 900 + 10 * (runs++ % 7));
      expect(await world.followUp(suggestion)).toMatchObject({ state: 'waiting' });
      for (let run = 1; run <= 20; run++) {
        if (restarts.includes(run)) await world.restart();
        await world.run(id);
      }
      const { told } = world;
      expect(told.filter((trial) => trial.suggestion === suggestion)).toHaveLength(1);
      await world.restart();
      const followUp = await world.followUp(suggestion);
      return (
        followUp &&
        'observed' in followUp && [followUp.state, followUp.observed.runs, followUp.observed.makespan?.after]
      );
    };
    const straight = await outcome([]);
    expect(straight).toEqual(['confirmed', { before: 12, after: 20 }, expect.any(Number)]);
    expect(await outcome([1, 10, 11, 20])).toEqual(straight);
  });

  test('nobody is offered a way back that was taken already', async () => {
    world.goes.set('1.0.1', about(9000));
    const { id, suggestion } = await applied();
    await world.desk.watch.stop();
    await world.times(id, 12);
    await world.desk.rollback(id, '1.0.0');
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'regressed', rollback: null });
    expect((await world.desk.list({ workflow: id, offset: 0, limit: 9 })).total).toBe(1);
  });

  test('what ended while nobody looked is looked at by the next process', async () => {
    world.goes.set('1.0.1', about(9000));
    const { id, suggestion } = await applied();
    await world.desk.watch.stop();
    await world.times(id, 12);
    expect(world.told).toEqual([]);
    await world.restart();
    const { catalog, storage, desk } = world;
    const log = trialLogOf({ catalog, trials: storage.trials, followUps: desk.followUps });
    const [{ at = 0, event } = {}, ...more] = await log.since(0);
    expect(event).toMatchObject({
      ...{ type: 'suggestion_regressed', workflow_id: id, execution_id: null, message: 'w 1.0.1 is worse than 1.0.0' },
      details: { suggestion_id: suggestion, version: '1.0.1', base_version: '1.0.0', way: 'applied' },
    });
    expect([more, await log.since(at + 1), log.types.includes(event?.type ?? '')]).toEqual([[], [], true]);
    expect(world.told).toMatchObject([
      { suggestion, settled: { outcome: 'regressed', observed: { runs: { after: 10 } } } },
    ]);
  });
});

describe('the calibration', () => {
  test('holds predictions against what came of them', async () => {
    expect(await world.desk.calibration()).toEqual({
      ...{ followed: 0, outcomes: { confirmed: 0, no_difference: 0, regressed: 0 } },
      ...{ makespan: null, busy: null, cost: null, failure: null },
    });
    const wide = (chance: Chance): number => 1000 * (1 + 0.2 * chance.normal());
    for (const version of ['1.0.0', '1.0.1']) world.goes.set(version, wide);
    const { id } = await applied();
    await world.times(id, 20);
    const { followed, outcomes, makespan, busy, failure } = await world.desk.calibration();
    expect([followed, outcomes]).toEqual([1, { confirmed: 1, no_difference: 0, regressed: 0 }]);
    expect(makespan).toMatchObject({ compared: 1, coverage: 1 });
    expect(makespan?.medianError).toBeLessThan(0.1);
    expect(busy).toMatchObject({ compared: 1, coverage: 1 });
    expect(busy?.medianError).toBeLessThan(0.1);
    expect(failure).toMatchObject({ compared: 1, observed: 0, coverage: 1 });
  });
});
