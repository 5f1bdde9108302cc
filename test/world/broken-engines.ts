import { EmbeddedEngine, type EmbeddedEngineOptions } from '../../src/engine/embedded/index.js';
import type { AttemptOutcome, Batch, Journal, TaskRunner, Timers } from '../../src/engine/ports/index.js';
import type { OpenableEngine } from '../../src/simulation/index.js';

/** Makes an engine that is broken in one way. */
export type MakeEngine = (options: EmbeddedEngineOptions) => OpenableEngine;

/** What is put in the place of one part; made anew for every process. */
type Replacing = (options: EmbeddedEngineOptions) => Partial<EmbeddedEngineOptions>;

const brokenBy =
  (replace: Replacing): MakeEngine =>
  (options) =>
    new EmbeddedEngine({ ...options, ...replace(options) });

const withJournal = (change: (journal: Journal) => Partial<Journal>): MakeEngine =>
  brokenBy(({ journal }) => {
    const changed = change(journal);
    return {
      journal: new Proxy(journal, { get: (whole, name) => Reflect.get({ ...whole, ...changed }, name) as unknown }),
    };
  });

const withTimers = (at: (timers: Timers) => Timers['at']): MakeEngine =>
  brokenBy(({ timers }) => ({ timers: { now: () => timers.now(), at: at(timers) } }));

const withRunner = (change: (runner: TaskRunner) => TaskRunner): MakeEngine =>
  brokenBy(({ runner }) => ({ runner: change(runner) }));

/** An engine of which one request is answered otherwise. */
const answering =
  (change: (engine: OpenableEngine) => Partial<OpenableEngine>): MakeEngine =>
  (options) => {
    const engine = new EmbeddedEngine(options);
    return Object.assign(engine, change(bound(engine)));
  };

/** What the engine does before it is changed. */
const bound = (engine: EmbeddedEngine): OpenableEngine =>
  new Proxy(Object.create(engine) as EmbeddedEngine, {
    get: (_, name) => {
      const value: unknown = Reflect.get(EmbeddedEngine.prototype, name);
      return typeof value === 'function' ? (value.bind(engine) as unknown) : value;
    },
  });

/** An engine of which one part inside does not do every so manyth call of a method. */
const forgetting =
  (path: readonly string[], method: string, every = 1): MakeEngine =>
  (options) => {
    const engine = new EmbeddedEngine(options);
    const part = path.reduce<object>((whole, name) => Reflect.get(whole, name) as object, engine);
    const does = (Reflect.get(part, method) as (...given: unknown[]) => unknown).bind(part);
    let calls = 0;
    const forgets = (...given: unknown[]): unknown => {
      calls += 1;
      return calls % every === 0 ? undefined : does(...given);
    };
    Reflect.set(part, method, forgets);
    return engine;
  };

const positionAfter = () => {
  let position = 0;
  return ({ transitions }: Batch): number => {
    const first = position + 1;
    for (const { events } of transitions) position += events.length;
    return first;
  };
};

/** Engines that are broken on purpose: the simulator must find out, and say which invariant it is. */
export const BROKEN_ENGINES: Readonly<Record<string, MakeEngine>> = {
  'acknowledges before the commit': withJournal((journal) => {
    const next = positionAfter();
    return {
      commit: (batch) => {
        void journal.commit(batch);
        return Promise.resolve({ firstPosition: next(batch) });
      },
    };
  }),
  'drops its third commit and says nothing': withJournal((journal) => {
    let commits = 0;
    const next = positionAfter();
    return {
      commit: async (batch) => {
        const firstPosition = next(batch);
        commits += 1;
        return commits === 3 ? { firstPosition } : journal.commit(batch);
      },
    };
  }),
  'says that a failed commit is written': withJournal((journal) => ({
    commit: async (batch) => journal.commit(batch).catch(() => ({ firstPosition: 1 })),
  })),
  'loses every second timer': withTimers((timers) => {
    let count = 0;
    return (time, callback) => {
      count += 1;
      return count % 2 === 0 ? { cancel: () => undefined } : timers.at(time, callback);
    };
  }),
  'rings early': withTimers(
    (timers) => (time, callback) => timers.at(timers.now() + (time - timers.now()) / 2, callback),
  ),
  'gives the result of one attempt to the next one': withRunner((runner) => {
    const first = new Map<string, AttemptOutcome>();
    return {
      run: async (attempt, control) => {
        const outcome = await runner.run(attempt, control);
        const earlier = first.get(attempt.address);
        first.set(attempt.address, outcome);
        return earlier ?? outcome;
      },
    };
  }),
  'gives the result of one step to another': withRunner((runner) => {
    let last: AttemptOutcome | undefined;
    return {
      run: async (attempt, control) => {
        const outcome = await runner.run(attempt, control);
        const other = last ?? outcome;
        last = outcome;
        return other;
      },
    };
  }),
  'runs every attempt twice': withRunner((runner) => ({
    run: (attempt, control) => {
      void runner.run(attempt, control);
      return runner.run(attempt, control);
    },
  })),
  'forgets to run the second attempt': withRunner((runner) => ({
    run: (attempt, control) => (attempt.attempt === 2 ? new Promise(() => undefined) : runner.run(attempt, control)),
  })),
  'forgets the last event when it takes up a journal': withJournal((journal) => ({
    load: async (execution) => {
      const stored = await journal.load(execution);
      return stored && { ...stored, events: stored.events.slice(0, -1), positions: stored.positions.slice(0, -1) };
    },
  })),
  'forgets an open execution at a restart': withJournal(() => ({ open: () => Promise.resolve([]) })),
  'forgets the keys of requests': withJournal(() => ({ recall: () => Promise.resolve(undefined) })),
  'forgets an event that comes before somebody waits for it': answering((engine) => ({
    deliver: async (execution, event) => {
      const { events = [] } = (await engine.journal(execution)) ?? {};
      const waits = events.some(({ event: { type } }) => type === 'step_armed');
      return waits ? engine.deliver(execution, event) : { execution, at: events.at(-1)?.event.at ?? 0 };
    },
  })),
  'counts a callback twice': answering((engine) => ({
    callBack: (token, payload) => engine.callBack(token, payload).catch(() => ({ execution: '', at: 0 })),
  })),
  'grants an approval and does not keep it': answering(() => ({
    approve: (execution) => Promise.resolve({ execution, at: 0 }),
  })),
  'keeps room under a limit that nothing holds': forgetting(['driver', 'dispatcher', 'limiter'], 'free', 2),
  'keeps slots that nothing holds': forgetting(['driver', 'dispatcher'], 'free', 3),
  'forgets the limits of what it takes up': forgetting(['driver', 'dispatcher'], 'recount'),
  'loses the end of a sub-workflow': forgetting(['families'], 'tellParent'),
  'lets a sub-workflow go on that nobody waits for': forgetting(['families'], 'cancel'),
  'publishes everything twice': brokenBy(({ notifier }) => ({
    notifier: {
      ...notifier,
      publish: (publications) => {
        notifier.publish(publications);
        notifier.publish(publications);
      },
    },
  })),
};
