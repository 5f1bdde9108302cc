import { describe, expect, test } from '@jest/globals';
import { linearize, type Operation } from '../world/linearizable.js';
import { random } from '../world/random.js';
import { RUN_MODEL, type Answer, type Call, type RunModelState } from '../world/run-model.js';

type Op = Operation<Call, Answer>;

const DONE: Answer = { is: 'done' };
const REFUSED: Answer = { is: 'refused' };
const saw = (what: string): Answer => ({ is: 'done', saw: what });

/** One line each: when it was called and returned, what was asked, what was answered. */
const history = (...lines: [number, number, Call, Answer][]): Op[] =>
  lines.map(([calledAt, returnedAt, call, answer], client) => ({ client, call, answer, calledAt, returnedAt }));

const START: [number, number, Call, Answer] = [1, 2, { do: 'start' }, saw('first')];
const verdictOf = (...lines: [number, number, Call, Answer][]): string =>
  linearize(RUN_MODEL, history(START, ...lines)).is;

describe('the checker of histories accepts', () => {
  test.each<[string, [number, number, Call, Answer][]]>([
    [
      'what follows one after another',
      [
        [3, 4, { do: 'pause' }, DONE],
        [5, 6, { do: 'status' }, saw('paused')],
      ],
    ],
    [
      'overlapping ones in the order that fits',
      [
        [3, 8, { do: 'status' }, saw('paused')],
        [4, 7, { do: 'pause' }, DONE],
      ],
    ],
    [
      'a write that is seen before it has returned',
      [
        [3, 9, { do: 'write', value: '1' }, DONE],
        [4, 5, { do: 'read' }, saw('1')],
      ],
    ],
    [
      'two that pause at once, one of them refused',
      [
        [3, 6, { do: 'pause' }, REFUSED],
        [4, 5, { do: 'pause' }, DONE],
      ],
    ],
    [
      'an event that was kept for a step that runs again',
      [
        [3, 4, { do: 'signal', id: 'a' }, DONE],
        [5, 6, { do: 'signal', id: 'b' }, DONE],
        [7, 8, { do: 'approve' }, DONE],
        [9, 10, { do: 'reexecute', operation: '/got' }, DONE],
        [11, 12, { do: 'status' }, saw('completed')],
      ],
    ],
  ])('%s', (_, lines) => {
    expect(verdictOf(...lines)).toBe('linearizable');
  });
});

describe('the checker of histories refuses', () => {
  test.each<[string, [number, number, Call, Answer][]]>([
    ['two that were the first', [[3, 4, { do: 'start' }, saw('first')]]],
    [
      'an old value after a write had returned',
      [
        [3, 4, { do: 'write', value: '1' }, DONE],
        [5, 6, { do: 'read' }, saw('none')],
      ],
    ],
    [
      'a value that goes back',
      [
        [3, 9, { do: 'write', value: '1' }, DONE],
        [4, 5, { do: 'read' }, saw('1')],
        [6, 7, { do: 'read' }, saw('none')],
      ],
    ],
    [
      'an approval that counted twice',
      [
        [3, 6, { do: 'approve' }, DONE],
        [4, 5, { do: 'approve' }, DONE],
      ],
    ],
    [
      'a cancellation that was lost',
      [
        [3, 4, { do: 'cancel' }, DONE],
        [5, 6, { do: 'status' }, saw('running')],
      ],
    ],
    [
      'a pause that was lost',
      [
        [3, 4, { do: 'pause' }, DONE],
        [5, 6, { do: 'resume' }, REFUSED],
      ],
    ],
    ['a refusal without a reason', [[3, 4, { do: 'pause' }, REFUSED]]],
    [
      'an event that counted twice',
      [
        [3, 4, { do: 'signal', id: 'a' }, DONE],
        [5, 6, { do: 'signal', id: 'a' }, DONE],
        [7, 8, { do: 'approve' }, DONE],
        [9, 10, { do: 'reexecute', operation: '/got' }, DONE],
        [11, 12, { do: 'status' }, saw('completed')],
      ],
    ],
    ['an answer that is none', [[3, 4, { do: 'pause' }, { is: 'wrong', status: 500, text: '' }]]],
  ])('%s, and says where', (_, lines) => {
    const verdict = linearize(RUN_MODEL, history(START, ...lines));
    expect(verdict.is).toBe('not linearizable');
    if (verdict.is === 'not linearizable') expect(verdict.stuck).not.toEqual([]);
  });
});

const CALLS: readonly Call[] = [
  ...(['cancel', 'pause', 'resume', 'approve', 'status', 'read', 'start'] as const).map((name) => ({ do: name })),
  { do: 'signal', id: 'a' },
  { do: 'signal', id: 'b' },
  { do: 'write', value: '1' },
  { do: 'write', value: '2' },
  { do: 'reexecute', operation: 'resume' },
  { do: 'reexecute', operation: '/ok' },
  { do: 'reexecute', operation: '/got' },
];
const STATUSES = ['running', 'paused', 'completed', 'canceled'];
const ANSWERS: readonly Answer[] = [DONE, REFUSED, ...['first', 'again', 'none', '1', '2', ...STATUSES].map(saw)];

/** What the model answers: one answer of each call is right in each state. */
const answerOf = (state: RunModelState, call: Call): Answer => {
  const right = ANSWERS.filter((answer) => RUN_MODEL.step(state, call, answer) !== undefined);
  expect(right).toHaveLength(1);
  return right[0] as Answer;
};

/** Operations that take effect one after another, each somewhere between its call and its return. */
const randomHistory = (chance: () => number, length: number): Op[] => {
  let state = RUN_MODEL.initial;
  return Array.from({ length }, (_, client) => {
    const call = client === 0 ? ({ do: 'start' } as const) : (CALLS[Math.floor(chance() * CALLS.length)] as Call);
    const answer = answerOf(state, call);
    state = RUN_MODEL.step(state, call, answer) as RunModelState;
    const [before, after] = client === 0 ? [0, 0] : [chance() * 4, chance() * 4];
    return {
      client,
      call,
      answer,
      calledAt: client - before + (client > 4 ? 0 : before),
      returnedAt: client + 0.5 + after,
    };
  });
};

test('random histories of the model are accepted, however they overlap; most with another answer are not', () => {
  let [refused, changed] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const chance = random(seed);
    const right = randomHistory(chance, 30);
    expect([seed, linearize(RUN_MODEL, right).is]).toEqual([seed, 'linearizable']);
    const at = Math.floor(chance() * right.length);
    const answer = right[at]?.answer.is === 'refused' ? DONE : REFUSED;
    const wrong = right.map((operation, index) => (index === at ? { ...operation, answer } : operation));
    changed += 1;
    if (linearize(RUN_MODEL, wrong).is === 'not linearizable') refused += 1;
  }
  expect(refused).toBeGreaterThan(changed / 2);
});
