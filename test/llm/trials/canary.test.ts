import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import type { Chance, JsonObject, Uuid } from '../../../src/kernel/index.js';
import { isDrawn } from '../../../src/workflow/index.js';
import type { Canary } from '../../../src/workflow/ports/index.js';
import { CHAIN, TrialWorld } from '../../world/trial-world.js';

describe('the draw', () => {
  const ids = Array.from({ length: 10_000 }, () => newId());

  test.each([0.01, 0.1, 0.5])('takes its share of executions: %d', (share) => {
    const drawn = ids.filter((id) => isDrawn({ id: newId(), share }, id)).length;
    // Five deviations of a binomial: chance is beyond them once in two million.
    expect(Math.abs(drawn - share * ids.length)).toBeLessThan(5 * Math.sqrt(ids.length * share * (1 - share)));
  });

  test('is the same for the same execution, and another for another canary', () => {
    const [one, other] = [newId(), newId()].map((id) => ({ id, share: 0.5 })) as [Canary, Canary];
    const draws = (canary: Canary): boolean[] => ids.map((id) => isDrawn(canary, id));
    expect(draws(one)).toEqual(draws({ ...one }));
    const [mine, theirs] = [draws(one), draws(other)];
    const alike = mine.filter((drawn, index) => drawn === theirs[index]).length;
    expect(Math.abs(alike / ids.length - 0.5)).toBeLessThan(0.05);
    // Of a smaller share of the same canary all are of the larger.
    const some = draws({ ...one, share: 0.1 });
    expect(mine.filter((drawn, index) => some[index] && !drawn)).toEqual([]);
  });
});

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

interface Tried {
  readonly id: Uuid;
  readonly suggestion: string;
  readonly canary: Canary;
}

const begun = async ({ share = 0.5, runs = 20, source = CHAIN } = {}): Promise<Tried> => {
  const found = await world.improvable(0, source);
  await world.desk.apply(found.suggestion, { canary: { share }, runs });
  const { canary } = (await world.catalog.find(found.id)).workflow;
  if (!canary) throw new Error('there is a canary');
  return { ...found, canary };
};

const canaryOf = async (id: string): Promise<Canary | undefined> => (await world.catalog.find(id)).workflow.canary;

/** Runs until the canary is settled, as its tests need; answers the versions that ran. */
const untilSettled = async (id: string, most = 100): Promise<string[]> => {
  const ran: string[] = [];
  while (world.told.length === 0 && ran.length < most) ran.push(await world.run(id));
  return ran;
};

describe('who starts an execution', () => {
  test('gets the candidate for its share, over whatever door', async () => {
    const { id, canary } = await begun({ source: { ...CHAIN, name: 'tried' } });
    const parent = await world.catalog.create({
      source: { name: 'parent', tasks: { child: { workflow: { name: 'tried' } } } },
    });
    const expected = (execution: Uuid): string => (isDrawn(canary, execution) ? '1.0.1' : '1.0.0');
    const seen = new Map<string, Set<string>>();
    const check = async (door: string, execution: Uuid, version?: string): Promise<void> => {
      const row = await world.storage.reader.find(execution);
      expect([door, version ?? row?.workflowVersion]).toEqual([door, expected(execution)]);
      seen.set(door, (seen.get(door) ?? new Set()).add(expected(execution)));
    };
    for (let run = 0; run < 12; run++) {
      const { execution, workflow } = await world.catalog.toStart(id);
      await check('API', execution, workflow.pinned.version);
      const { execution: requested } = await world.requests.start({ workflow: 'tried', key: `k${run}` });
      await check('schedules, webhooks, triggers, plugins', requested);
      // Asked again it is the same.
      expect(await world.requests.start({ workflow: 'tried', key: `k${run}` })).toEqual({ execution: requested });
      await world.run(parent.workflow.id);
    }
    const { items } = await world.storage.reader.list({
      ...{ workflowId: id, offset: 0, limit: 100, sortBy: 'created_at', descending: false },
    } as never);
    for (const { id: execution } of items) await check('all', execution);
    expect(items).toHaveLength(24);
    for (const [door, versions] of seen) expect([door, [...versions].sort()]).toEqual([door, ['1.0.0', '1.0.1']]);
  });

  test('and names a version, or a range, has what it names; what was only tried is in no range', async () => {
    const { id } = await begun();
    const version = async (range: string): Promise<string> =>
      (await world.catalog.toStartInRange(id, range)).workflow.pinned.version;
    const [named, exact, range] = ['1.0.1', '1.0.0', '^1.0.0'];
    expect([await version(named), await version(exact), await version(range)]).toEqual(['1.0.1', '1.0.0', '1.0.0']);
    await world.desk.endCanary(id);
    expect([await version(named), await version(range)]).toEqual(['1.0.1', '1.0.0']);
    await world.desk.apply(
      (await world.desk.list({ workflow: id, offset: 0, limit: 1 })).items[0]?.suggestion.id ?? '',
      {},
    );
    expect(await version(range)).toBe('1.0.2');
  });

  test('gets the same after a restart', async () => {
    const { id, canary } = await begun();
    await world.restart();
    expect(await canaryOf(id)).toEqual(canary);
    const { execution, workflow } = await world.catalog.toStart(id);
    expect(workflow.pinned.version).toBe(isDrawn(canary, execution) ? '1.0.1' : '1.0.0');
  });
});

describe('a canary', () => {
  test('is compared with what ran beside it, and goes on when it is better, until somebody promotes it', async () => {
    const { id, suggestion } = await begun({ share: 0.4 });
    expect(await world.followUp(suggestion)).toMatchObject({
      ...{ way: 'canary', share: 0.4, version: '1.0.1', baseVersion: '1.0.0', state: 'waiting' },
      runs: { seen: 0, of: 20 },
    });
    const ran = await untilSettled(id);
    expect(ran.filter((version) => version === '1.0.1')).toHaveLength(20);
    const followUp = await world.followUp(suggestion);
    expect(followUp).toMatchObject({
      state: 'confirmed',
      observed: { runs: { before: ran.length - 20, after: 20 }, makespan: { verdict: 'better' } },
    });
    expect(await world.desk.get(suggestion)).toMatchObject({ status: 'canary' });
    expect(await canaryOf(id)).toMatchObject({ isPaused: false });
    await expect(world.desk.promote(suggestion, { ifMatch: '9.9.9' })).rejects.toMatchObject({
      code: 'suggestion_stale',
    });
    const applied = await world.desk.promote(suggestion, { ifMatch: '1.0.0', note: 'better' });
    expect(applied).toMatchObject({ version: '1.0.1', appliedFrom: { suggestions: [suggestion], version: '1.0.0' } });
    expect(await canaryOf(id)).toBeUndefined();
    expect(await world.desk.get(suggestion)).toMatchObject({
      ...{ status: 'applied', feedback: { note: 'better', version: '1.0.1' } },
      followUp: { way: 'applied', state: 'waiting' },
    });
    expect(new Set(await world.times(id, 5))).toEqual(new Set(['1.0.1']));
    await expect(world.desk.promote(suggestion, {})).rejects.toMatchObject({ code: 'canary_not_found' });
    expect((await world.desk.calibration()).followed).toBe(1);
  });

  test('that is worse gets no further runs, by itself; nothing else changes', async () => {
    world.goes.set('1.0.1', about(9000));
    const { id, suggestion, canary } = await begun({ share: 0.3 });
    const ran = await untilSettled(id);
    expect(ran.filter((version) => version === '1.0.1')).toHaveLength(10);
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'regressed', rollback: null, end: null });
    expect(await canaryOf(id)).toEqual({ ...canary, isPaused: true });
    await world.restart();
    expect(new Set(await world.times(id, 12))).toEqual(new Set(['1.0.0']));
    expect((await world.desk.list({ workflow: id, offset: 0, limit: 9 })).items).toHaveLength(1);
    expect(await world.desk.abandon(suggestion)).toEqual({ workflowId: id, version: '1.0.0' });
    expect(await world.desk.get(suggestion)).toMatchObject({
      ...{ status: 'open', followUp: { state: 'regressed', end: { because: 'abandoned' } } },
    });
  });

  test('that shows no difference is over by itself; the suggestion can be applied all the same', async () => {
    // The way to the end is as long as before: /a alone counts.
    const alike =
      (rest: number) =>
      (chance: Chance, address: string): number =>
        address === '/a' ? about(3000)(chance) : rest;
    world.goes.set('1.0.0', alike(20));
    world.goes.set('1.0.1', alike(20));
    const { id, suggestion } = await begun({ runs: 10 });
    const asked = await world.desk.suggest(id, {});
    expect(asked.suggestions.map((one) => one.suggestion.id)).not.toContain(suggestion);
    await untilSettled(id);
    expect(await canaryOf(id)).toBeUndefined();
    expect(await world.desk.get(suggestion)).toMatchObject({
      ...{ status: 'open', followUp: { way: 'canary', state: 'no_difference', end: { because: 'no_difference' } } },
    });
    await world.restart();
    expect(new Set(await world.times(id, 12))).toEqual(new Set(['1.0.0']));
    await expect(world.desk.promote(suggestion, {})).rejects.toMatchObject({ code: 'canary_not_found' });
    expect(await world.desk.apply(suggestion, {})).toMatchObject({ appliedFrom: { version: '1.0.0' } });
    expect(await world.followUp(suggestion)).toMatchObject({ way: 'applied', state: 'waiting' });
  });

  test('that fails is paused, too', async () => {
    world.goes.set('1.0.1', () => 'fails');
    const { id } = await begun({ runs: 10, share: 0.3 });
    const ran = await untilSettled(id);
    expect(ran.filter((version) => version === '1.0.1').length).toBeLessThanOrEqual(10);
    expect(await canaryOf(id)).toMatchObject({ isPaused: true });
  });

  test('counts only the executions that it was drawn for', async () => {
    const { id, suggestion } = await begun({ runs: 40 });
    for (let run = 0; run < 40; run++) await world.run(id, run % 2 === 0 ? '1.0.1' : '1.0.0');
    // Of those that name the version about half would have been drawn for it.
    const { runs } = (await world.followUp(suggestion)) ?? { runs: { seen: 0 } };
    const executions = world.storage.database
      .prepare("SELECT id FROM execution WHERE workflow_version = '1.0.1'")
      .pluck()
      .all() as string[];
    const canary = (await canaryOf(id)) as Canary;
    expect(executions).toHaveLength(20);
    const drawn = executions.filter((execution) => isDrawn(canary, execution)).length;
    expect(drawn).toBeLessThan(20);
    expect(runs.seen).toBe(drawn);
  });

  test('there is one at a time, and it ends with another version', async () => {
    const { id, suggestion } = await begun({ source: twoIdeas() });
    const again = (await world.desk.suggest(id, {})).suggestions.map((one) => one.suggestion.id);
    expect(again).not.toContain(suggestion);
    const [other = ''] = again;
    await expect(world.desk.apply(other, { canary: { share: 0.1 } })).rejects.toMatchObject({ code: 'canary_running' });
    await expect(world.desk.apply(suggestion, {})).rejects.toMatchObject({ code: 'suggestion_closed' });
    await expect(world.desk.promote(other, {})).rejects.toMatchObject({ code: 'canary_not_found' });
    await expect(world.desk.abandon(other)).rejects.toMatchObject({ code: 'canary_not_found' });
    expect((await world.catalog.versions(id)).map(({ version }) => version).sort()).toEqual(['1.0.0', '1.0.1']);
    // The same document once more changes nothing.
    const same = await world.catalog.update(id, { source: (await world.catalog.find(id)).document });
    expect(same.workflow.canary).toMatchObject({ version: '1.0.1' });
    await world.desk.apply(other, {});
    expect(await canaryOf(id)).toBeUndefined();
    expect(await world.desk.get(suggestion)).toMatchObject({
      status: 'stale',
      followUp: { state: 'ended', because: 'replaced' },
    });
    await expect(world.desk.endCanary(id)).rejects.toMatchObject({ code: 'canary_not_found' });
    await world.desk.rollback(id, '1.0.0');
    expect(await world.desk.get(suggestion)).toMatchObject({ status: 'open' });
  });

  test('a roll-back to the candidate is a promotion', async () => {
    const { id, suggestion } = await begun();
    await world.desk.rollback(id, '1.0.1');
    expect(await canaryOf(id)).toBeUndefined();
    expect(await world.followUp(suggestion)).toMatchObject({ state: 'ended', because: 'promoted' });
    expect((await world.catalog.toStartInRange(id, '^1')).workflow.pinned.version).toBe('1.0.1');
  });

  test('what wants to be confirmed is confirmed before it is tried', async () => {
    const { catalog, desk } = world;
    const { workflow } = await catalog.create({ source: CHAIN });
    const [found] = (await desk.suggest(workflow.id, {})).suggestions;
    if (!found) throw new Error('nothing was found');
    const body = JSON.stringify({ ...found.suggestion, equivalence: 'behaviour-change' });
    world.storage.database.prepare('UPDATE suggestion SET body = ?').run(body);
    const { id } = found.suggestion;
    const canary = { share: 0.1 };
    await expect(desk.apply(id, { canary })).rejects.toMatchObject({ code: 'suggestion_unconfirmed' });
    expect(await canaryOf(workflow.id)).toBeUndefined();
    expect(await desk.apply(id, { canary, confirm: true })).toMatchObject({ version: '1.0.1' });
    expect((await catalog.find(workflow.id)).version.version).toBe('1.0.0');
  });
});

/** A chain, and a task that nobody needs. */
const twoIdeas = (): JsonObject => ({
  ...CHAIN,
  tasks: { ...(CHAIN.tasks as JsonObject), dead: { type: 'x/pure', depends_on: ['c'] } },
});
