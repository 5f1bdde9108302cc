import type { Model } from './linearizable.js';

/* What the API must say of one execution of a workflow that waits for an approval `/ok` and an event `/got`, and has a
   variable `x`; nothing in it happens by itself. */

export type Call =
  | { readonly do: 'start' | 'cancel' | 'pause' | 'resume' | 'approve' | 'status' | 'read' }
  | { readonly do: 'signal'; readonly id: string }
  | { readonly do: 'write'; readonly value: string }
  | { readonly do: 'reexecute'; readonly operation: 'resume' | '/ok' | '/got' };

/** `refused` is 409 `conflict`. `saw`: the status, the variable; of a start whether it was the first. */
export type Answer =
  | { readonly is: 'done'; readonly saw?: string }
  | { readonly is: 'refused' }
  | { readonly is: 'wrong'; readonly status: number; readonly text: string };

type Wait = 'open' | 'done' | 'canceled';

export interface RunModelState {
  readonly run: 'absent' | 'running' | 'paused' | 'completed' | 'canceled';
  readonly ok: Wait;
  readonly got: Wait;
  /** Events that no step has taken. */
  readonly kept: number;
  readonly received: readonly string[];
  readonly x: string;
}

interface Outcome {
  readonly state: RunModelState;
  readonly answer: Answer;
}

const DONE: Answer = { is: 'done' };
const isOver = ({ run }: RunModelState): boolean => run === 'completed' || run === 'canceled';
const refuse = (state: RunModelState): Outcome => ({ state, answer: { is: 'refused' } });
const done = (state: RunModelState): Outcome => ({ state, answer: DONE });

/** A step that waits takes what was kept; one that runs and waits for nothing completes. */
const settled = (state: RunModelState): RunModelState => {
  const taking = state.got === 'open' && state.kept > 0 && !isOver(state);
  const next: RunModelState = taking ? { ...state, got: 'done', kept: state.kept - 1 } : state;
  const isComplete = next.run === 'running' && next.ok === 'done' && next.got === 'done';
  return isComplete ? { ...next, run: 'completed' } : next;
};

const reexecuted = (state: RunModelState, operation: 'resume' | '/ok' | '/got'): Outcome => {
  const goesOn = (wait: Wait): Wait => (wait === 'canceled' ? 'open' : wait);
  const isNothing = operation === 'resume' && state.ok !== 'canceled' && state.got !== 'canceled';
  if (!isOver(state) || isNothing) return refuse(state);
  const ok = operation === '/ok' ? 'open' : goesOn(state.ok);
  const got = operation === '/got' ? 'open' : goesOn(state.got);
  return done(settled({ ...state, run: 'running', ok, got }));
};

const signaled = (state: RunModelState, id: string): Outcome => {
  if (isOver(state)) return refuse(state);
  if (state.received.includes(id)) return done(state);
  return done(settled({ ...state, kept: state.kept + 1, received: [...state.received, id].sort() }));
};

const canceled = (state: RunModelState): Outcome => {
  if (state.run === 'completed') return refuse(state);
  const ends = (wait: Wait): Wait => (wait === 'open' ? 'canceled' : wait);
  return done({ ...state, run: 'canceled', ok: ends(state.ok), got: ends(state.got) });
};

const approved = (state: RunModelState): Outcome =>
  isOver(state) || state.ok !== 'open' ? refuse(state) : done(settled({ ...state, ok: 'done' }));

const outcomeOf = (state: RunModelState, call: Call): Outcome => {
  switch (call.do) {
    case 'start':
      if (state.run !== 'absent') return { state, answer: { is: 'done', saw: 'again' } };
      return { state: { ...state, run: 'running' }, answer: { is: 'done', saw: 'first' } };
    case 'cancel':
      return canceled(state);
    case 'pause':
      return state.run === 'running' ? done({ ...state, run: 'paused' }) : refuse(state);
    case 'resume':
      return state.run === 'paused' ? done(settled({ ...state, run: 'running' })) : refuse(state);
    case 'approve':
      return approved(state);
    case 'signal':
      return signaled(state, call.id);
    case 'write':
      return isOver(state) ? refuse(state) : done({ ...state, x: call.value });
    case 'reexecute':
      return reexecuted(state, call.operation);
    case 'status':
      return { state, answer: { is: 'done', saw: state.run } };
    case 'read':
      return { state, answer: { is: 'done', saw: state.x } };
  }
};

export const RUN_MODEL: Model<RunModelState, Call, Answer> = {
  initial: { run: 'absent', ok: 'open', got: 'open', kept: 0, received: [], x: 'none' },
  key: (state) => JSON.stringify(state),
  step: (state, call, answer) => {
    if (state.run === 'absent' && call.do !== 'start') return undefined;
    const outcome = outcomeOf(state, call);
    return JSON.stringify(outcome.answer) === JSON.stringify(answer) ? outcome.state : undefined;
  },
};
