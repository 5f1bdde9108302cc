import type { Json, JsonObject } from '../../../kernel/index.js';
import type { CompiledTask, LoopWork } from '../definition.js';
import type { Foreseen } from './knowledge.js';
import { ONCE, pathIn, scaled, tasksIn, without, type Place } from './place.js';
import { bodyAt, type Bodies, type Oracle, type ScopeFate } from './oracle.js';

/** Iterations that are looked at one by one. */
const MOST_ITERATIONS = 100;

interface Loop {
  readonly oracle: Oracle;
  readonly place: Place;
  readonly task: CompiledTask;
  readonly work: LoopWork;
}

/** How it stands with a loop after some iterations. */
type Turn =
  /** `previous`: what the last one gave; undefined: that is not known. `isSure`: no iteration may have ended the loop. */
  | { readonly is: 'on'; readonly previous: Json | undefined; readonly isSure: boolean; readonly mayFail: boolean }
  | { readonly is: 'over'; readonly bodies: Bodies; readonly iterations: number }
  /** Whether there is a further one is open. */
  | { readonly is: 'open'; readonly mayFail: boolean; readonly iterations: number; readonly isSure: boolean };

/** Iteration by iteration, while it is known what comes of each; the rest together (semantics 13). */
export const fateOfLoop = (loop: Loop): Bodies => {
  let turn: Turn = { is: 'on', previous: null, isSure: true, mayFail: false };
  for (let index = 0; turn.is === 'on'; index++) {
    turn = begins(loop, index, turn);
    if (turn.is === 'on') turn = iteration(loop, index, turn);
  }
  const { oracle, place, task, work } = loop;
  const by = pathIn(place, task);
  if (turn.is === 'open') return furtherIterations(loop, turn);
  const { bodies, iterations } = turn;
  oracle.counts.size(by, bodies.mayFail && !bodies.mustFail ? 0 : iterations, iterations);
  if (iterations === 0) {
    for (const pattern of tasksIn(`${by}[*]`, work.body)) oracle.counts.because(pattern, { is: 'not_entered', by });
  }
  return bodies;
};

/** What the body of an iteration sees. */
const namesOf = (index: number, previous: Json | undefined): JsonObject =>
  previous === undefined ? { index } : { index, previous };

type Answer = 'yes' | 'no' | 'open' | 'fails';

const answerOf = (foreseen: Foreseen<boolean>): Answer => {
  if (foreseen.is === 'unknown') return 'open';
  if (foreseen.is === 'fails') return 'fails';
  return foreseen.value ? 'yes' : 'no';
};

/** A loop that goes on. */
type On = Extract<Turn, { readonly is: 'on' }>;

const MAY_FAIL: Bodies = { mayFail: true, mustFail: false, output: undefined };
const FAILS: Bodies = { mayFail: true, mustFail: true, output: undefined };

/** Before an iteration: whether there is one. */
const begins = ({ oracle, place, work }: Loop, index: number, turn: On): Turn => {
  const { previous, mayFail, isSure } = turn;
  const variables = without(place.variables, ['previous', 'index']);
  const where = { place: { ...place, variables }, reads: work.test.reads, own: namesOf(index, previous) };
  const { condition } = work.test;
  const wants = work.test.is === 'while' ? answerOf(oracle.knowledge.condition(condition, where)) : 'yes';
  if (wants === 'no') {
    const output = isSure ? previous : undefined;
    return { is: 'over', iterations: index, bodies: { mayFail, mustFail: false, output } };
  }
  if (wants === 'fails' || (wants === 'yes' && index >= work.maxIterations)) {
    return { is: 'over', iterations: index, bodies: isSure ? FAILS : MAY_FAIL };
  }
  const isOpen = wants === 'open' || index >= MOST_ITERATIONS;
  return isOpen ? { is: 'open', mayFail, iterations: index, isSure } : turn;
};

const iteration = (loop: Loop, index: number, { previous, ...before }: On): Turn => {
  const { oracle, place, task, work } = loop;
  const names = namesOf(index, previous);
  const start = bodyAt(place, task, { scope: work.body, suffix: `[${index}]` });
  const variables = { ...without(start.variables, ['index', 'previous']), ...names };
  const times = scaled(place, before.isSure ? ONCE : { min: 0, max: 1 });
  const result = oracle.fateOfScope({ ...start, variables, times });
  if (result.mustFail) return { is: 'over', iterations: index + 1, bodies: before.isSure ? FAILS : MAY_FAIL };
  const turn: On = {
    is: 'on',
    previous: result.output,
    isSure: before.isSure && !result.mayFail && !result.mayCancel,
    mayFail: before.mayFail || result.mayFail,
  };
  return work.test.is === 'until' ? afterwards(loop, result, { turn, iterations: index + 1 }) : turn;
};

/** After an iteration, of a loop with `until`. */
const afterwards = (
  { oracle, work }: Loop,
  { place, output }: ScopeFate,
  { turn, iterations }: { readonly turn: On; readonly iterations: number },
): Turn => {
  const { isSure, mayFail } = turn;
  const known = without(place.variables, ['previous']);
  const variables = output === undefined ? known : { ...known, previous: output };
  const where = { place: { ...place, variables }, reads: work.test.reads };
  const enough = answerOf(oracle.knowledge.condition(work.test.condition, where));
  if (enough === 'open') return { is: 'open', mayFail, iterations, isSure };
  if (enough === 'no') return turn;
  if (enough === 'fails') return { is: 'over', iterations, bodies: isSure ? FAILS : MAY_FAIL };
  return { is: 'over', iterations, bodies: { mayFail, mustFail: false, output: isSure ? output : undefined } };
};

/** From some iteration on it is open how many there will be, and what they give. */
const furtherIterations = (
  { oracle, place, task, work }: Loop,
  { iterations, isSure, mayFail }: Extract<Turn, { is: 'open' }>,
): Bodies => {
  const by = pathIn(place, task);
  const left = Math.max(0, work.maxIterations - iterations);
  oracle.counts.size(by, isSure ? iterations : 0, work.maxIterations);
  if (left === 0) return { mayFail: mayFail || oracle.mayFail, mustFail: false, output: undefined };
  const start = bodyAt(place, task, { scope: work.body, suffix: '[*]' });
  const variables = without(start.variables, ['index', 'previous']);
  const rest = oracle.fateOfScope({ ...start, variables, times: scaled(place, { min: 0, max: left }) });
  if (iterations === 0) {
    for (const pattern of tasksIn(`${by}[*]`, work.body)) oracle.counts.because(pattern, { is: 'not_entered', by });
  }
  return { mayFail: mayFail || rest.mayFail || oracle.mayFail, mustFail: false, output: undefined };
};
