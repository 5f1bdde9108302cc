import { allSteps, isTerminalStep, patternOf, type Step } from '../../../engine/core/index.js';
import { isoInstant, type Instant } from '../../../kernel/index.js';
import type { Cause, Evidence, Fix } from './cause.js';
import type { Around } from './failed-step.js';

/** Why an execution that is open does not go on, or seems not to: what each of its open steps is at. */
export const causesOfStanding = (around: Around, now: Instant): readonly Cause[] => {
  const { state } = around.record;
  const paused: Cause[] = state.status.is === 'paused' ? [pausedCause(around)] : [];
  const steps = [...allSteps(state)].filter((step) => !isTerminalStep(step.state));
  return [...paused, ...steps.flatMap((step) => causeOfOpen(around, step, now) ?? [])];
};

const pausedCause = ({ record }: Around): Cause => {
  const found = record.journal.findLast(({ event }) => event.type === 'execution_paused');
  const reason = found?.event.type === 'execution_paused' ? found.event.reason : undefined;
  return {
    code: 'paused',
    step: null,
    text: `It is paused${reason === undefined ? '' : `: ${reason}`}. Nothing starts until it is resumed.`,
    likelihood: 'certain',
    evidence: [{ seq: found?.seq, step: undefined, text: 'execution_paused' }],
    fixes: [{ is: 'request', action: 'resume', body: {}, command: 'resume', text: 'Resume it.' }],
  };
};

const seen = ({ record }: Around, { address }: Step, text: string): Evidence => ({
  seq: record.seqOf.get(address),
  step: address,
  text,
});

const causeOfOpen = (around: Around, step: Step, now: Instant): Cause | undefined => {
  const { state, address } = step;
  const base = { step: address, likelihood: 'certain' as const };
  if (state.at === 'armed') return waitingCause(around, step);
  if (state.at === 'backing-off') {
    const failures = around.record.failures.get(address) ?? [];
    const last = failures.at(-1)?.failure;
    const text = `Attempt ${state.tries.attempt} failed (${last?.code ?? 'unknown'}); the next begins at ${isoInstant(state.until)}.`;
    return {
      ...base,
      code: 'retrying',
      text,
      evidence: [seen(around, step, last?.message ?? 'attempt_failed')],
      fixes: [],
    };
  }
  if (state.at === 'ready' && state.tries === undefined && around.record.state.status.is === 'running') {
    const text = 'It is ready and waits for a slot: of the process, of its limit, or of its group.';
    return { ...base, code: 'queued', likelihood: 'likely', text, evidence: [seen(around, step, 'ready')], fixes: [] };
  }
  return state.at === 'running' ? slowCause(around, step, now - state.startedAt) : undefined;
};

/** A running attempt is worth a word when it takes longer than nearly all did. */
const slowCause = (around: Around, step: Step, millis: number): Cause | undefined => {
  const durations = around.history.tasks.get(patternOf(step.address))?.durations;
  if (!durations || durations.weight === 0 || millis <= durations.quantile(0.95)) return undefined;
  const text = `It has run for ${millis / 1000} s; ${durations.quantile(0.95) / 1000} s is what 95 % take.`;
  return {
    ...{ code: 'slow', step: step.address, likelihood: 'likely', text },
    evidence: [seen(around, step, 'step_started')],
    fixes: [
      {
        is: 'request',
        action: 'cancel',
        body: {},
        command: 'cancel',
        text: 'Cancel it, when it is not to be waited for.',
      },
    ],
  };
};

const waitingCause = (around: Around, step: Step): Cause | undefined => {
  if (step.state.at !== 'armed') return undefined;
  const { awaits, until } = step.state;
  const { address } = step;
  const most = until === undefined ? ', for as long as it takes' : `, until ${isoInstant(until)}`;
  const make = (what: string, evidence: string, fixes: readonly Fix[]): Cause => ({
    ...{ code: `waits_for_${awaits.is}`, step: address, likelihood: 'certain', text: `It waits for ${what}${most}.` },
    evidence: [seen(around, step, evidence)],
    fixes,
  });
  switch (awaits.is) {
    case 'approval': {
      const who = awaits.by.length === 0 ? 'anybody' : awaits.by.join(', ');
      const body = { step: address, approved: true };
      return make(`an approval by ${who}`, `step_armed ${awaits.message}`.trim(), [
        { is: 'request', action: 'approvals', body, command: `approve ${address}`, text: 'Approve it.' },
      ]);
    }
    case 'event': {
      const body = { name: awaits.name, payload: {} };
      const text = 'Give it the event, with a payload that its `match` takes.';
      return make(`the event ${awaits.name}`, 'step_armed', [
        { is: 'request', action: 'signal', body, command: `signal ${awaits.name}`, text },
      ]);
    }
    case 'webhook':
      return make('a call of its URL', 'step_armed', []);
    case 'workflow':
      return make(`the execution ${awaits.execution} of ${awaits.name}`, 'step_armed', [
        { is: 'advice', pointer: undefined, text: `Diagnose that execution: harmonia diagnose ${awaits.execution}` },
      ]);
    case 'time':
      return make('a time', 'step_armed', []);
  }
};
