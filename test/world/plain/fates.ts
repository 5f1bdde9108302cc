import { allSteps, type Step } from '../../../src/engine/core/index.js';
import { checkJournal } from './journal-rules.js';
import { canonicalJson, type Json, type JsonObject } from '../../../src/kernel/index.js';
import type { PlainWorkflow } from './plain-workflow.js';
import type { PlainRun } from './plain-run.js';
import { fatesOf, NOT_THERE, type Fate, type Fates } from './reference.js';

/* Compares what the core did with what the reference says. */

/** Throws unless both are the same JSON. Many times faster than `expect`, which remembers where it was called. */
export const mustEqual = (what: string, is: unknown, must: unknown): void => {
  const [left, right] = [is, must].map((value) => canonicalJson((value ?? null) as Json));
  if (left !== right) throw new Error(`${what} is\n${left}\nand must be\n${right}`);
};

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
  const must = Object.fromEntries(fates.steps);
  for (const address of Object.keys({ ...are, ...must })) mustEqual(address, are[address], must[address]);
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
    mustEqual(`the input of ${address}`, withoutOpen(input as JsonObject), inputs.get(address));
  }
};

const OPEN = ['pending', 'waiting', 'running'];

/** Of a task that is not over the input shows how far it is, which is left to time. */
const withoutOpen = (input: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const isOpen = Array.isArray(value) && OPEN.includes(value[0] as string) && value[1] === null;
      return [name, isOpen ? NOT_THERE : value];
    }),
  );

const expectEnd = ({ state: { status }, stopped }: PlainRun, { execution }: Fates): void => {
  const code = status.is === 'failed' ? status.failure.code : undefined;
  if (stopped === 'expire') return mustEqual('the end', code, 'execution_timeout');
  if (stopped) return mustEqual('the end', status.is, 'canceled');
  if (execution.is === 'completed') return mustEqual('the end', status, execution);
  const details =
    status.is === 'failed' ? (status.failure.details as { cause: { kind: string; code: string } }) : undefined;
  mustEqual('the end', { is: status.is, kind: details?.cause.kind, code: details?.cause.code }, execution);
};
