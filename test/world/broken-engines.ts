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
