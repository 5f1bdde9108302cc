import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AttemptOutcome, TaskRunner } from '../../src/engine/ports/index.js';
import type { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { buildHistory, predictionOf, simulateWorkflow } from '../../src/llm/optimizer/simulate/index.js';
import type { Observations, RunHistory } from '../../src/llm/ports/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { RUN_HISTORY_SQL } from '../../src/persistence/reading/run-history.js';
import type { WorkflowCatalog } from '../../src/workflow/index.js';
import { task } from '../world/core-world.js';
import { engineOver } from '../world/engine.js';
import { archiveJournals, temporaryStorage } from '../world/stores.js';

/** Stands in every input and output: what is observed must not hold it. */
const CANARY = 'canary-4f1c';

const DOCUMENT: JsonObject = {
  name: 'observed',
  tasks: {
    fetch: task({
      retry_policy: { max_retries: 2, initial_delay: 0.001, jitter: 0 },
      input: { secret: '${input.secret}' },
    }),
    pick: { switch: [{ when: '${input.n > 2}', goto: 'big' }, { goto: 'small' }], depends_on: ['fetch'] },
    big: task(),
    small: task(),
    maybe: task({ when: '${input.n > 99}', depends_on: ['fetch'] }),
    each: { map: { over: '${input.rows}', as: 'row' }, tasks: { one: task({ input: { row: '${row}' } }) } },
    broken: task({ on_error: 'continue' }),
  },
};

/** The first attempt at `fetch` fails, `broken` always does. */
const runner: TaskRunner = {
  run: async ({ address, attempt }, control): Promise<AttemptOutcome> => {
    const failure = { kind: 'transient', code: 'busy', message: 'busy', retry_after: 1 } as const;
    if (address === '/stubborn') return { is: 'failed', failure };
    if (address === '/fetch') {
      await control.use({ tokens: { input: attempt, output: 10 }, calls: 1, cost: { EUR: 0.1 } });
      await control.use({ tokens: { input: attempt, output: 10 }, calls: 1, cost: { EUR: 0.2 } });
    } else if (address === '/each[1]/one') await control.use({ calls: 1, unpriced_calls: 1 });
    const fails = (address === '/fetch' && attempt === 1) || address === '/broken';
    if (!fails) return { is: 'completed', output: { said: CANARY } };
    const kind = address === '/fetch' ? 'transient' : 'fatal';
    return { is: 'failed', failure: { kind, code: 'busy', message: CANARY, details: { said: CANARY } } };
  },
};

interface HistoryUnderTest {
  readonly history: RunHistory;
  readonly engine: EmbeddedEngine;
  readonly catalog: WorkflowCatalog;
  readonly storage: Storage;
  close(): Promise<void>;
}

const HISTORIES: Readonly<Record<string, () => Promise<HistoryUnderTest>>> = {
  SQLite: async () => {
    const storage = await temporaryStorage();
    const { engine, catalog } = engineOver(storage, { runner });
    await engine.open();
    const close = async (): Promise<void> => {
      await engine.close(1000);
      await storage.close();
    };
    return { history: storage.runHistory, engine, catalog, storage, close };
  },
};

describe.each(Object.entries(HISTORIES))('what is observed of executions: %s', (_, make) => {
  let under: HistoryUnderTest;
  let workflow: RunnableWorkflow;
  beforeEach(async () => {
    under = await make();
    workflow = await save(DOCUMENT);
  });
  afterEach(() => under.close());

  const save = async (source: JsonObject): Promise<RunnableWorkflow> => {
    const created = await under.catalog.create({ source });
    return under.catalog.runnable(created.workflow.id);
  };
  const run = async (of = workflow, rows: Json = [1, 2, 3]): Promise<string> => {
    const { execution } = await under.engine.start({ workflow: of, input: { n: 3, rows, secret: CANARY } });
    await under.engine.ended(execution);
    return execution;
  };
  const observe = (more: object = {}): Promise<Observations> =>
    under.history.observe({ workflow: workflow.pinned.id, until: Date.now(), ...more });
  const stepsOf = ({ own: [first] }: Observations) => new Map(first?.steps.map((step) => [step.step, step]));

  test('every step that ended is there, with its attempts and its failures', async () => {
    await run();
    const observed = await observe();
    expect(observed.own).toHaveLength(1);
    expect(observed.own[0]).toMatchObject({ status: 'completed', isStraight: true, isWhole: true });
    const steps = stepsOf(observed);
    expect(steps.get('/fetch')).toMatchObject({
      status: 'completed',
      attempt: 2,
      retries: 1,
      failures: [{ kind: 'transient', code: 'busy', after: expect.any(Number) }],
    });
    expect(steps.get('/broken')).toMatchObject({ status: 'failed', failures: [{ kind: 'fatal', code: 'busy' }] });
    expect(steps.get('/small')).toMatchObject({ status: 'skipped', cause: 'branch' });
    expect(steps.get('/maybe')).toMatchObject({ status: 'skipped', cause: 'condition' });
    expect([...steps.keys()].filter((step) => step.startsWith('/each'))).toHaveLength(4);
    expect([...observed.documents.values()]).toEqual([workflow.compiled.document]);
  });

  test('no input, no output and no message of a failure is among it', async () => {
    await run();
    const { own, others } = await observe();
    expect(JSON.stringify([own, others])).not.toContain(CANARY);
  });

  test('a history and a prediction are made of it', async () => {
    for (let n = 0; n < 3; n++) await run();
    const history = buildHistory(workflow.compiled, await observe());
    expect(history.executions).toBe(3);
    expect(history.decisions.conditions.get('/maybe')?.share).toBe(0);
    expect([...(history.decisions.branches.get('/pick')?.keys() ?? [])]).toEqual(['big']);
    expect(history.decisions.sizes.get('/each')?.mean).toBeCloseTo(3, 6);
    expect(history.tasks.get('/fetch')?.firstFails.share).toBe(1);
    const predicted = predictionOf(simulateWorkflow(workflow.compiled, history, { resamples: 50 }));
    expect(predicted).toMatchObject({ unit: 'ms', failure: { probability: 0 }, attempts: 7, basis: { executions: 3 } });
  });

  test('of which runs the inputs were equal is told when somebody asks, and nothing else of them', async () => {
    await run(workflow, [7, 8, 7]);
    await run(workflow, [8]);
    const { own } = await observe({ inputsOf: ['/each[*]/one'] });
    const numbers = own.map(({ steps }) => steps.flatMap(({ step, input }) => (/one$/.test(step) ? [input] : [])));
    const [[eight], [seven, again, last]] = numbers as [[number], [number, number, number]];
    expect([again, last]).toEqual([eight, seven]);
    expect(seven).not.toBe(eight);
    expect(
      own.flatMap(({ steps }) => steps.filter(({ step, input }) => input !== undefined && !/one$/.test(step))),
    ).toEqual([]);
    expect(JSON.stringify(own)).not.toContain(CANARY);
    expect((await observe()).own.flatMap(({ steps }) => steps.filter(({ input }) => input !== undefined))).toEqual([]);
  });

  test('every failure of a step is there, however often it was tried, with what it asked for', async () => {
    const stubborn = await save({
      name: 'stubborn',
      tasks: { stubborn: task({ retry_policy: { max_retries: 9, initial_delay: 0, jitter: 0 } }) },
    });
    const { execution } = await under.engine.start({ workflow: stubborn, input: {} });
    await under.engine.ended(execution);
    const { own } = await under.history.observe({ workflow: stubborn.pinned.id, until: Date.now() });
    expect(own[0]?.steps[0]).toMatchObject({ retries: 9, attempt: 10 });
    expect(own[0]?.steps[0]?.failures.map(({ retryAfter }) => retryAfter)).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test('what its attempts used, and what none of them did', async () => {
    await run();
    const steps = stepsOf(await observe());
    expect(steps.get('/fetch')?.usage).toEqual([
      { attempt: 1, tokens: 22, cost: { EUR: 0.3 }, unpriced: 0 },
      { attempt: 2, tokens: 24, cost: { EUR: 0.3 }, unpriced: 0 },
    ]);
    expect(steps.get('/each[1]/one')?.usage).toEqual([{ attempt: 1, tokens: 0, cost: {}, unpriced: 1 }]);
    expect(steps.get('/each[0]/one')?.usage).toEqual([]);
  });

  test('of an archived journal the same is known; of one that was archived before that was kept, when it was swept', async () => {
    const [straight, paused] = [await run(), await run()];
    await under.engine.reexecute(paused, { is: 'rerun_from', step: '/each' } as never);
    await under.engine.ended(paused);
    const before = (await observe()).own;
    await archiveJournals(under.storage, [straight, paused]);
    expect((await observe()).own).toEqual(before);
    under.storage.database.prepare('UPDATE journal_seal SET digest = NULL').run();
    const steps = stepsOf(await observe());
    expect(steps.get('/fetch')).toMatchObject({ retries: 1, failures: [] });
    expect(steps.get('/fetch')).not.toHaveProperty('usage');
    expect(steps.get('/broken')?.failures).toEqual([{ kind: undefined, code: 'busy', after: expect.any(Number) }]);
    const heads = (): unknown => under.storage.database.prepare('SELECT execution, head FROM journal_seal').all();
    under.storage.database.prepare("UPDATE journal_seal SET head = 'kept'").run();
    const kept = heads();
    await archiveJournals(under.storage, [straight]);
    expect((await observe()).own).toEqual(before);
    expect(heads()).toEqual(kept);
  });

  test('what is reset is superseded, and what a fork took over is not counted twice', async () => {
    const id = await run();
    await under.engine.reexecute(id, { is: 'rerun_from', step: '/fetch' } as never);
    await under.engine.ended(id);
    const fork = await under.engine.reexecute(id, { is: 'fork' } as never);
    await under.engine.ended(fork.execution);
    const { own } = await observe();
    expect(own.map(({ isStraight }) => isStraight)).toEqual([false, false]);
    const fetched = own[1]?.steps.filter(({ step }) => step === '/fetch');
    expect(fetched?.map(({ isSuperseded }) => isSuperseded)).toEqual([true, false]);
    expect(own[0]?.steps.filter(({ step }) => step === '/fetch')).toEqual([]);
  });

  test('the window, the executions and the steps are bounded; the newest are taken', async () => {
    for (let n = 0; n < 3; n++) await run();
    expect((await observe({ windowDays: 1, until: Date.now() + 2 * 86_400_000 })).own).toEqual([]);
    expect((await observe({ mostExecutions: 2 })).own).toHaveLength(2);
    const few = await observe({ mostSteps: 15 });
    expect(few.own.map(({ isWhole, steps }) => [isWhole, steps.length])).toEqual([
      [true, 10],
      [false, 5],
    ]);
  });

  test('other workflows stand apart, for the sake of their types', async () => {
    const other = await save({ name: 'other', tasks: { a: task() } });
    await run();
    await run(other);
    const { own, others, documents } = await observe();
    expect([own.length, others.length, documents.size]).toEqual([1, 1, 2]);
    expect((await observe({ mostOthers: 0 })).others).toEqual([]);
  });

  test('an execution that is under way is not there', async () => {
    const waiting = await save({ name: 'waiting', tasks: { ok: { approval: {} } } });
    await under.engine.start({ workflow: waiting, input: {} });
    expect((await under.history.observe({ workflow: waiting.pinned.id, until: Date.now() })).own).toEqual([]);
  });
});

test('every query finds its rows by a key, and none sorts', async () => {
  const storage = await temporaryStorage();
  try {
    for (const [name, sql] of Object.entries(RUN_HISTORY_SQL)) {
      const places = sql.split('?').length - 1;
      const plan = storage.database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length: places }, () => 1));
      const steps = (plan as { detail: string }[]).map(({ detail }) => detail);
      expect([name, steps.filter((step) => step.includes('TEMP B-TREE'))]).toEqual([name, []]);
      // The newest executions are the end of the table itself, read backwards to the limit.
      if (name !== 'newest') expect([name, steps.every((step) => step.startsWith('SEARCH'))]).toEqual([name, true]);
    }
  } finally {
    await storage.close();
  }
});
