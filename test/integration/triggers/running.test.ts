import { afterEach, describe, expect, test } from '@jest/globals';
import { HarmoniaError } from '../../../src/kernel/index.js';
import { fatal, type TriggerContext } from '../../../src/plugin/contract/index.js';
import { settled } from '../../world/engine-world.js';
import { FULL, TriggerWorld } from '../../world/trigger-world.js';

const SECOND = 1000;

let world: TriggerWorld;
afterEach(async () => {
  const stopped = world.service.stop();
  await settled();
  world.timers.advance(60 * SECOND);
  await stopped;
});

/** Rests until it is aborted. */
const rest = (context: TriggerContext): Promise<void> =>
  new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'fulfilled',
    (error: unknown) => (error as HarmoniaError).code,
  );

describe('being run again', () => {
  test('after pauses that grow from one second to a minute, with what went wrong in sight, masked', async () => {
    const runs: number[] = [];
    world = new TriggerWorld(() => {
      runs.push(world.timers.now());
      throw fatal('no_luck', 'the word is hush');
    });
    await world.begin();
    for (let at = 0; at < 200; at++) await world.pass(SECOND);
    const pauses = runs.slice(1).map((time, index) => (time - (runs[index] ?? 0)) / SECOND);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(await world.shown()).toMatchObject({
      ...{ state: 'waiting', failures: 9, next_run: expect.any(String) },
      last_error: { code: 'no_luck', message: 'the word is ***' },
    });
    expect(JSON.stringify([await world.shown(), world.said])).not.toContain('hush');
  });

  test('also when it ends by itself, which is no failure; a minute of life begins the pauses anew', async () => {
    const runs: number[] = [];
    let life = 0;
    world = new TriggerWorld(async (context) => {
      runs.push(world.timers.now());
      if (life > 0) await context.sleepUntil(context.now() + life);
    });
    await world.begin();
    for (let at = 0; at < 7; at++) await world.pass(SECOND);
    expect(runs).toHaveLength(4);
    life = 61 * SECOND;
    await world.pass(8 * SECOND);
    await world.pass(61 * SECOND);
    const before = runs.length;
    await world.pass(SECOND);
    expect(runs).toHaveLength(before + 1);
    expect((await world.shown()).failures).toBe(0);
  });

  test('what is thrown may be anything', async () => {
    const hostile = {
      get message(): string {
        throw new Error('no');
      },
    };
    world = new TriggerWorld(() => Promise.reject(hostile));
    await world.begin();
    expect(await world.shown()).toMatchObject({ state: 'waiting', last_error: { code: 'trigger_failed' } });
  });
});

describe('changes', () => {
  test('a changed, disabled, enabled, removed trigger is aborted at once; never two at a time', async () => {
    const seen: unknown[] = [];
    let running = 0;
    world = new TriggerWorld(async (context) => {
      seen.push((context.params as { n?: number }).n);
      expect(++running).toBe(1);
      await rest(context);
      running -= 1;
    });
    await world.begin({ params: { n: 1 } });
    await world.service.replace('it', { name: 'it', type: 'test/it', workflow: 'w', params: { n: 2 } });
    await settled();
    await world.service.enable('it', false);
    await settled();
    expect([seen, running]).toEqual([[1, 2], 0]);
    expect(await world.shown()).toMatchObject({ state: 'stopped', reason: 'disabled', enabled: false });
    await world.pass(120 * SECOND);
    await world.service.enable('it', true);
    await settled();
    expect([seen, running]).toEqual([[1, 2, 2], 1]);
    await world.service.remove('it');
    expect(running).toBe(0);
    await expect(world.shown()).rejects.toMatchObject({ code: 'trigger_not_found' });
  });

  test('another version of its plugin runs at once; without the plugin it waits for it; other plugins are no matter', async () => {
    const versions: string[] = [];
    const run = (version: string) => (context: TriggerContext) => {
      versions.push(version);
      return rest(context);
    };
    world = new TriggerWorld(run('1'));
    await world.begin();
    world.kinds.tell();
    await settled();
    world.kinds.run = run('2');
    world.kinds.change();
    await settled();
    expect(versions).toEqual(['1', '2']);
    world.kinds.change(false);
    await settled();
    expect(await world.shown()).toMatchObject({ state: 'stopped', reason: 'type_missing', enabled: true });
    world.kinds.run = run('3');
    world.kinds.change();
    await settled();
    expect(versions).toEqual(['1', '2', '3']);
    expect((await world.shown()).state).toBe('running');
  });

  test('one that does not end is left alone after a grace; what it tells and remembers is refused', async () => {
    const contexts: TriggerContext[] = [];
    world = new TriggerWorld((context) => {
      contexts.push(context);
      return new Promise(() => undefined);
    });
    await world.begin();
    await world.service.replace('it', { name: 'new', type: 'test/it', workflow: 'w' });
    await world.pass(4 * SECOND);
    expect(contexts).toHaveLength(1);
    await world.pass(2 * SECOND);
    expect(contexts).toHaveLength(2);
    const [old, now] = contexts as [TriggerContext, TriggerContext];
    expect(await codeOf(old.emit({ id: 'late', payload: 1 }))).toBe('trigger_over');
    expect(await codeOf(old.remember('late'))).toBe('trigger_over');
    expect(await codeOf(old.sleepUntil(0))).toBe('trigger_over');
    expect(await codeOf(now.emit({ id: 'in time', payload: 1 }))).toBe('fulfilled');
    expect(world.inbox.ids).toEqual(['in time']);
    expect(world.said.map(({ message }) => message)).toEqual([expect.stringContaining('did not end')]);
  });

  test('one that cannot be deleted runs on', async () => {
    world = new TriggerWorld(rest);
    await world.begin();
    world.store.failure = new HarmoniaError('storage_unavailable', { reason: 'disk' });
    expect(await codeOf(world.service.remove('it'))).toBe('storage_unavailable');
    world.store.failure = undefined;
    expect(await world.shown()).toMatchObject({ state: 'running' });
    await world.service.remove('it');
    expect(await codeOf(world.shown())).toBe('trigger_not_found');
  });

  test('one whose memory cannot be read is run again later, unless it was stopped meanwhile', async () => {
    world = new TriggerWorld(rest);
    world.store.failure = new HarmoniaError('storage_unavailable', { reason: 'disk' });
    world.store.failing = 'memory';
    await world.begin();
    expect(await world.shown()).toMatchObject({ state: 'waiting', last_error: { code: 'storage_unavailable' } });
    world.timers.advance(SECOND);
    await world.service.stop();
    expect(world.timers.firstRing()).toBe(Infinity);
  });

  test('what is asked for again under one id is the first, however it was changed since', async () => {
    world = new TriggerWorld(rest);
    await world.begin();
    const again = { name: 'it', type: 'test/it', workflow: 'w' };
    await world.service.enable('it', false);
    expect(await world.service.create(again, 'it')).toMatchObject({ isNew: false, trigger: { enabled: false } });
    await world.service.replace('it', { ...again, name: 'renamed' });
    expect(await world.service.create(again, 'it')).toMatchObject({ isNew: false, trigger: { name: 'renamed' } });
    expect(await codeOf(world.service.create({ ...again, name: 'renamed' }, 'it'))).toBe('idempotency_conflict');
  });

  test('memory outlives a restart of the service and a change, but not another type', async () => {
    const memories: unknown[] = [];
    world = new TriggerWorld(async (context) => {
      memories.push(context.memory);
      await context.remember({ n: memories.length, word: 'hush' });
      memories.push(context.memory);
      await rest(context);
    });
    await world.begin();
    await world.service.stop();
    await world.make().start();
    await settled();
    expect(memories).toEqual([null, { n: 1, word: '***' }, { n: 1, word: '***' }, { n: 3, word: '***' }]);
    const [stored] = await world.store.all();
    await world.store.save({ ...stored!, document: { ...stored!.document, type: 'test/other' } }, false);
    await world.service.replace('it', { name: 'it', type: 'test/it', workflow: 'w' });
    await settled();
    expect(memories[4]).toBeNull();
  });
});

describe('telling', () => {
  let context: TriggerContext;
  const begin = async (more = {}): Promise<void> => {
    world = new TriggerWorld((given) => rest((context = given)));
    await world.begin(more);
  };

  test('an id counts once; what is told is a copy, masked, with what led to it', async () => {
    await begin();
    const payload = { list: [1], word: 'hush' };
    await context.emit({ id: 'a', payload, triggers: ['x'] });
    payload.list.push(2);
    await context.emit({ id: 'a', payload: 'again' });
    expect(world.inbox.kept).toEqual([
      {
        ...{ source: 'trigger:it', messageId: 'a', payload: { list: [1], word: '***' } },
        ...{ circumstances: { triggers: ['x', 'it'] }, target: { is: 'start', workflow: 'w' } },
      },
    ]);
  });

  test('an inbox that is full is asked again until it takes it: the trigger waits', async () => {
    await begin();
    world.inbox.refusal = FULL;
    let isKept = false;
    const told = context.emit({ id: 'a', payload: 1 }).then(() => (isKept = true));
    for (let at = 0; at < 30; at++) await world.pass(SECOND);
    expect(isKept).toBe(false);
    world.inbox.refusal = undefined;
    await world.pass(5 * SECOND);
    await told;
    expect(world.inbox.ids).toEqual(['a']);
  });

  test('one that waits is refused when the run is over', async () => {
    await begin();
    world.inbox.refusal = FULL;
    const told = codeOf(context.emit({ id: 'a', payload: 1 }));
    await settled();
    await world.service.enable('it', false);
    expect(await told).toBe('trigger_over');
  });

  test('of 10,000 that do not wait for one another, those beyond 256 are refused', async () => {
    await begin();
    world.inbox.refusal = FULL;
    const told = Array.from({ length: 10_000 }, (_, n) => codeOf(context.emit({ id: `${n}`, payload: n })));
    await settled();
    world.inbox.refusal = undefined;
    await world.pass(SECOND);
    const codes = await Promise.all(told);
    expect(codes.filter((code) => code === 'fulfilled')).toHaveLength(256);
    expect(codes.filter((code) => code === 'trigger_overrun')).toHaveLength(10_000 - 256);
    expect(await codeOf(context.emit({ id: 'after', payload: 1 }))).toBe('fulfilled');
  });

  test('what nobody waits for ends nothing when it is refused', async () => {
    await begin();
    // Jest fails a test that leaves a rejection behind.
    void context.emit({ id: '', payload: 1 });
    void context.remember('x'.repeat(2 ** 20));
    void context.sleepUntil(Infinity);
    await world.service.enable('it', false);
    await settled();
    expect(world.inbox.kept).toEqual([]);
  });

  test('of 10,000 that wait for one another, all are kept', async () => {
    await begin();
    for (let n = 0; n < 10_000; n++) await context.emit({ id: `${n % 100}`, payload: n });
    expect(world.inbox.kept).toHaveLength(100);
  });

  test.each<[string, unknown, string]>([
    ['a huge payload', { id: 'a', payload: 'x'.repeat(2 ** 20) }, 'payload_too_large'],
    ['no JSON', { id: 'a', payload: () => 1 }, 'trigger_invalid'],
    ['a circle', { id: 'a', payload: Object.assign([], { 0: globalThis }) }, 'trigger_invalid'],
    ['no id', { payload: 1 }, 'trigger_invalid'],
    ['a long id', { id: 'x'.repeat(201), payload: 1 }, 'trigger_invalid'],
    ['nothing', undefined, 'trigger_invalid'],
    ['strange triggers', { id: 'a', payload: 1, triggers: [5] }, 'trigger_invalid'],
  ])('%s is refused, and nothing is kept', async (_, occurrence, code) => {
    await begin();
    expect(await codeOf(context.emit(occurrence as never))).toBe(code);
    expect(await codeOf(context.remember('x'.repeat(64 * 1024)))).toBe('payload_too_large');
    expect(world.inbox.kept).toEqual([]);
    expect(await world.store.memory('it')).toBeNull();
  });

  test('what 16 triggers led to starts nothing, and says why', async () => {
    await begin();
    await context.emit({ id: 'a', payload: 1, triggers: Array.from({ length: 15 }, (_, n) => `${n}`) });
    await context.emit({ id: 'b', payload: 1, triggers: Array.from({ length: 16 }, (_, n) => `${n}`) });
    expect(world.inbox.kept.map(({ target }) => target)).toEqual([
      { is: 'start', workflow: 'w' },
      { code: 'trigger_depth', message: expect.any(String) },
    ]);
  });

  test('what does not match is left out; an expression that fails says no; a mapping that fails is kept as failed', async () => {
    await begin({ match: '${payload.n > 1}', input_mapping: { m: 'payload.m' } });
    await context.emit({ id: 'a', payload: { n: 1, m: 1 } });
    await context.emit({ id: 'b', payload: 'no n' });
    await context.emit({ id: 'c', payload: { n: 2, m: 'yes' } });
    await context.emit({ id: 'd', payload: { n: 2 } });
    expect(world.inbox.kept.map(({ messageId, target }) => [messageId, target])).toEqual([
      ['c', { is: 'start', workflow: 'w', content: { m: 'yes' } }],
      ['d', { code: 'expression_error', message: expect.any(String) }],
    ]);
  });
});
