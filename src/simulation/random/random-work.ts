import type { Json, JsonObject } from '../../kernel/index.js';
import { firstOf, type Here, type Member } from './random-member.js';

const DEEPEST = 2;
/** So long that nothing but what hangs comes near it, s. */
const LONG = 1000;
/** Longer than all that may be inside a construct. */
const FOREVER = 10_000_000;

const within = ({ chance, mood }: Here): JsonObject => {
  if (mood === 'wild' && chance.happens(0.4)) return { within: chance.pick([0.5, 2]) };
  return chance.happens(0.3) ? { within: LONG } : {};
};

const some = (chance: Here['chance'], odds: number, fields: JsonObject): JsonObject =>
  chance.happens(odds) ? fields : {};

/** Constructs with bodies; nothing has a body at the deepest level. */
const CONTAINERS: readonly Member[] = [
  {
    odds: 16,
    fields: ({ chance, body }) => ({
      tasks: body('g'),
      ...some(chance, 0.6, { concurrency: 1 + chance.below(2) }),
      ...some(chance, 0.3, { state: { n: 10 } }),
    }),
  },
  {
    odds: 20,
    fields: ({ chance, body }) => ({
      try: body('t'),
      ...some(chance, 0.7, { catch: body('c') }),
      ...some(chance, 0.5, { finally: body('f') }),
    }),
  },
  { odds: 16, mood: 'wild', fields: ({ body }) => ({ race: body('r') }) },
  {
    odds: 25,
    fields: ({ chance, body, mood }) => {
      // The first item that fails too many cancels the others: which those are depends on the order.
      const tolerate = mood === 'free' ? '100%' : chance.pick<Json>([0, 1, '50%', '100%']);
      const over = chance.pick<Json>(['${input.items}', { eu: 1 }, []]);
      const concurrency = some(chance, 0.5, { concurrency: 1 + chance.below(2) });
      return { map: { over, ...concurrency, tolerate }, tasks: body('m'), ...some(chance, 0.3, { state: { n: 20 } }) };
    },
  },
  {
    odds: 25,
    fields: ({ chance, body }) => ({
      loop: chance.pick<JsonObject>([
        { while: '${index < 2}', max_iterations: 5 },
        { until: '${index >= 1}', max_iterations: 5 },
        { while: '${input.yes}', max_iterations: 2 },
      ]),
      tasks: body('l'),
    }),
  },
];

/** Work that waits for the world. */
const WAITS: readonly Member[] = [
  {
    odds: 15,
    mood: 'calm',
    fields: ({ chance }) => ({
      wait: chance.pick<JsonObject>([{ seconds: 0.5 }, { seconds: 3 }, { until: '2026-01-01T00:00:05Z' }]),
    }),
  },
  {
    odds: 25,
    mood: 'calm',
    fields: (here) => {
      const shares = here.mood === 'wild' && here.chance.happens(0.5);
      if (shares) return { event: { name: 'shared', ...within(here) } };
      return { event: { name: here.id, match: `\${event.of == "${here.id}"}`, ...within(here) } };
    },
  },
  {
    odds: 20,
    mood: 'calm',
    fields: (here) => ({
      approval: {
        by: here.chance.pick<Json>([['ops'], []]),
        ...within(here),
        on_timeout: here.chance.pick(['fail', 'approve', 'reject']),
      },
    }),
  },
  { odds: 20, mood: 'calm', fields: (here) => ({ webhook: within(here) }) },
  {
    odds: 30,
    fields: ({ chance, child }) =>
      child === undefined
        ? undefined
        : {
            workflow: { name: child, input: { yes: '${input.yes}', no: false, items: [1] }, wait: chance.happens(0.7) },
            ...some(chance, 0.2, { compensate: { type: 'test/task', input: { undone: '${output}' } } }),
          },
  },
];

/** What the work of a task may be besides a plain task. */
const WORK: readonly Member[] = [
  {
    odds: 12,
    fields: ({ chance, later }) => {
      if (later.length === 0) return undefined;
      const first = chance.pick(later);
      const rest = chance.happens(0.6) ? [{ goto: chance.pick(later) }] : [];
      return { switch: [{ when: chance.happens(0.5) ? '${input.yes}' : '${input.no}', goto: first }, ...rest] };
    },
  },
  {
    odds: 35,
    fields: (here) => {
      const work = here.depth < DEEPEST ? firstOf(CONTAINERS, here) : undefined;
      return work && { ...work, ...some(here.chance, 0.2, { timeout: here.mood === 'wild' ? 3 : FOREVER }) };
    },
  },
  { odds: 45, fields: (here) => firstOf(WAITS, here) },
];

/** Undefined: it is a plain task. */
export const randomWork = (here: Here): JsonObject | undefined => firstOf(WORK, here);
