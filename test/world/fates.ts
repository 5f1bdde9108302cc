import { expect } from '@jest/globals';
import { allSteps, type Step } from '../../src/engine/core/index.js';
import { checkJournal } from './journal-rules.js';
import type { PlainWorkflow } from './plain-workflow.js';
import type { PlainRun } from './plain-run.js';
import { fatesOf, type Fate, type Fates } from './reference.js';

/* Compares what the core did with what the reference says. */

export const fateOf = ({ state, address }: Step): Fate => {
  switch (state.at) {
    case 'completed':
      return { is: 'completed', output: state.output };
    case 'failed': {
      const { failure, handled = 'fail' } = state;
      const word = typeof handled === 'object' ? `goto ${handled.goto}` : handled;
      return { is: 'failed', handled: word, kind: failure.kind, code: failure.code };
    }
    case 'skipped':
      return { is: 'skipped', cause: state.cause };
    case 'canceled':
      return { is: 'canceled' };
    default:
      throw new Error(`${address} is ${state.at} at the end`);
  }
};

/** Whatever became of every step is what the reference says, and so is the end. */
export const expectFates = (run: PlainRun, workflow: PlainWorkflow): Fates => {
  const fates = fatesOf(workflow, run.known);
  const steps = [...allSteps(run.state)].filter(({ undoes }) => !undoes);
  const inItem = (address: string): boolean =>
    [...run.history.keptItems.keys()].some((item) => address.startsWith(`${item}/`));
  const are = Object.fromEntries(
    steps.filter(({ address }) => !inItem(address)).map((step) => [step.address, fateOf(step)]),
  );
  expect(are).toEqual(Object.fromEntries(fates.steps));
  expectInputs(run, fates);
  expectEnd(run, fates);
  checkJournal(workflow, run.events, {
    fates,
    undone: run.stopped === 'undo',
    carried: run.options.carried?.length ?? 0,
  });
  return fates;
};

const expectInputs = (run: PlainRun, { inputs }: Fates): void => {
  for (const [address, input] of run.history.inputs) {
    if (address.endsWith('!compensate')) continue;
    expect([address, input]).toEqual([address, inputs.get(address)]);
  }
};

const expectEnd = ({ state: { status }, stopped }: PlainRun, { execution }: Fates): void => {
  if (stopped === 'expire') return expect(status).toMatchObject({ failure: { code: 'execution_timeout' } });
  if (stopped) return expect(status.is).toBe('canceled');
  expect(execution.is).not.toBe('cut');
  if (execution.is === 'completed') return expect(status).toEqual({ is: 'completed', output: execution.output });
  const { kind, code } = execution as Extract<typeof execution, { is: 'failed' }>;
  expect(status).toMatchObject({ is: 'failed', failure: { details: { cause: { kind, code } } } });
};
