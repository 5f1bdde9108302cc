import { allSteps, isTerminalStep, patternOf, type Reached, type Step } from '../../../engine/core/index.js';
import { isoInstant, type Instant } from '../../../kernel/index.js';
import type { Statistics } from '../../optimizer/simulate/index.js';
import { RECORDED, type Cause, type Evidence, type Fix } from './cause.js';
import type { Around } from './step-record.js';

/** Why an execution that is open does not go on, or seems not to: what each of its open steps is at. */
export const causesOfStanding = (around: Around, now: Instant): readonly Cause[] => {
  const { state } = around.record;
  const paused: Cause[] = state.status.is === 'paused' ? [pausedCause(around)] : [];
  const steps = [...allSteps(state)].filter((step) => !isTerminalStep(step.state));
  return [...paused, ...steps.flatMap((step) => causeOfOpen(around, step, now) ?? [])];
};

const pausedCause = ({ record }: Around): Cause => {
  const found = record.journal.findLast(({ event }) => event.type === 'execution_paused');
  const event = found?.event.type === 'execution_paused' ? found.event : undefined;
  const evidence = [{ seq: found?.seq, step: undefined, text: 'execution_paused' }];
  if (event?.exhausted && event.exhausted.length > 0) return budgetCause(record, event.exhausted, evidence);
  const reason = event?.reason;
  return {
    ...{ code: 'paused', step: null, likelihood: 'certain', because: RECORDED, evidence },
    text: `It is paused${reason === undefined ? '' : `: ${reason}`}. Nothing starts until it is resumed.`,
    fixes: [{ is: 'request', action: 'resume', body: {}, command: 'resume', text: 'Resume it.' }],
  };
};

/** Twice as much as it may use, or has used, whichever is more. */
const doubled = ({ used, limit }: Reached): number => Number((2 * Math.max(used, limit)).toPrecision(6));

/** It has used up what it may use, and somebody has to allow more. */
const budgetCause = (record: Around['record'], reached: readonly Reached[], evidence: Cause['evidence']): Cause => {
  const by = record.compiled.budget?.by ?? [];
  const [first] = by;
  const more = reached.map((one) => [one.budget, doubled(one)] as const);
  const cost = Object.fromEntries(
    more.flatMap(([name, limit]) => (name.startsWith('cost.') ? [[name.slice(5), limit]] : [])),
  );
  const plain = Object.fromEntries(more.filter(([name]) => !name.startsWith('cost.')));
  const budget = { ...plain, ...(Object.keys(cost).length > 0 && { cost }) };
  const raise = more.map(([name, limit]) => ` --raise ${name}=${limit}`).join('');
  const who = by.length === 0 ? 'Anybody' : by.join(' or ');
  return {
    ...{ code: 'budget_exhausted', step: null, likelihood: 'certain', because: RECORDED, evidence },
    text: `It has used up its budget: ${reached.map(({ budget: name, used, limit }) => `${name} ${used} of ${limit}`).join(', ')}. Nothing starts until more is allowed.`,
    fixes: [
      {
        ...{ is: 'request', action: 'resume', body: { budget, ...(first !== undefined && { by: first }) } },
        command: `resume${raise}${first === undefined ? '' : ` --by ${/^[\w.@-]+$/.test(first) ? first : `'${first.replaceAll("'", '')}'`}`}`,
        text: `${who} may allow more, such as twice as much.`,
      },
      { is: 'request', action: 'cancel', body: {}, command: 'cancel', text: 'Cancel it, when it is not worth more.' },
    ],
  };
};

const seen = ({ record }: Around, { address }: Step, text: string): Evidence => ({
  seq: record.seqOf.get(address),
  step: address,
  text,
});

const causeOfOpen = (around: Around, step: Step, now: Instant): Cause | undefined => {
  const { state, address } = step;
  const base = { step: address, likelihood: 'certain' as const, because: RECORDED };
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
    return {
      ...base,
      ...{ code: 'queued', likelihood: 'likely', because: 'it is ready, and has not begun' },
      ...{ text, evidence: [seen(around, step, 'ready')], fixes: [] },
    };
  }
  return state.at === 'running' ? slowCause(around, step, now - state.startedAt) : undefined;
};

/** How much of what was recorded took less. */
const shareBelow = (durations: Statistics['durations'], millis: number): number => {
  const below = durations.ascending().reduce((sum, { value, weight }) => sum + (value < millis ? weight : 0), 0);
  return Number((below / durations.weight).toFixed(3));
};

/** A running attempt is worth a word when it takes longer than nearly all did. */
const slowCause = (around: Around, step: Step, millis: number): Cause | undefined => {
  const durations = around.history.tasks.get(patternOf(step.address))?.durations;
  if (!durations || durations.weight === 0 || millis <= durations.quantile(0.95)) return undefined;
  const text = `It has run for ${millis / 1000} s; ${durations.quantile(0.95) / 1000} s is what 95 % take.`;
  return {
    ...{ code: 'slow', step: step.address, likelihood: 'likely', text },
    because: `of ${durations.count} recorded runs, that share took less`,
    figure: shareBelow(durations, millis),
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
    because: RECORDED,
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
        {
          ...{ is: 'elsewhere', path: `/api/v1/executions/${awaits.execution}/diagnose`, body: {} },
          ...{ command: `diagnose ${awaits.execution}`, text: 'See what that execution is at.' },
        },
      ]);
    case 'time':
      return make('a time', 'step_armed', []);
  }
};
