import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { estimateMessages } from '../../src/llm/tekton-llm-client/index.js';
import { execution, failedRun, historyOf, ran } from '../optimizer/histories.js';
import { random, seedOf } from '../world/random.js';
import { compile, ModelAtHand, proposerWith, requestFor, subjectOf, wordsOf } from './proposing.js';

const TYPES = ['x/pure', 'x/read', 'x/idempotent', 'x/write'];

/** Tasks that wait for one or two of the last few before them, half of them by what they read. */
const randomDocument = (count: number, next: () => number): JsonObject => {
  const pick = (below: number): number => Math.floor(next() * below);
  const tasks: Record<string, JsonObject> = {};
  for (let n = 0; n < count; n++) {
    const before = Array.from({ length: Math.min(n, 1 + pick(2)) }, () => `t${Math.max(0, n - 1 - pick(4))}`);
    const [read, ...declared] = [...new Set(before)];
    tasks[`t${n}`] = {
      type: TYPES[pick(TYPES.length)] as string,
      ...(read !== undefined && next() < 0.5 ? { input: { of: `\${tasks.${read}.output}` } } : {}),
      ...(before.length > 0 && { depends_on: next() < 0.5 ? [...declared] : [...new Set(before)] }),
    };
  }
  return { name: 'w', tasks };
};

/** Tokens and bytes of what is sent about a workflow of so many tasks that has run often. */
const sizeOf = async (count: number, next: () => number): Promise<{ tokens: number; bytes: number }> => {
  const document = randomDocument(count, next);
  const steps = Array.from({ length: count }, (_, n) => `/t${n}`);
  const once = () =>
    execution(
      steps.map((step) => (next() < 0.1 ? failedRun(step, 700) : ran(step, Math.round(10 ** (1 + 3 * next()))))),
    );
  const history = historyOf(compile(document), Array.from({ length: 40 }, once));
  const model = new ModelAtHand(() => '');
  const asked = requestFor(subjectOf(document), { history });
  for await (const told of proposerWith(model).propose(asked, new AbortController().signal))
    expect(told.is).toBe('usage');
  const [request] = model.requests;
  const messages = request?.messages ?? [];
  return { tokens: estimateMessages(messages), bytes: Buffer.byteLength(wordsOf({ messages })) };
};

test('the median prompt for 20 tasks has 1,500 tokens at most; none has more than 48 KiB', async () => {
  const next = random(seedOf('sizes of prompts'));
  const sizes: number[] = [];
  for (let round = 0; round < 31; round++) sizes.push((await sizeOf(20, next)).tokens);
  sizes.sort((a, b) => a - b);
  const [median = Infinity, largest = Infinity] = [sizes[15], sizes.at(-1)];
  console.log(`tokens for 20 tasks: ${sizes[0]}, median ${median}, ${largest}`);
  expect(median).toBeLessThanOrEqual(1500);
  const large = await sizeOf(1500, next);
  console.log(`1,500 tasks: ${large.tokens} tokens, ${large.bytes} bytes`);
  expect(large.bytes).toBeLessThanOrEqual(48 * 1024);
});
