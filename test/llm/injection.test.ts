import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import type { ProposalRequest } from '../../src/llm/ports/index.js';
import type { RewriteOp } from '../../src/llm/optimizer/rewrite/index.js';
import type { KnownWords } from '../../src/llm/optimizer/proposer/index.js';
import { plainWords } from '../../src/llm/untrusted/index.js';
import { execution, failedRun, historyOf, ran } from '../optimizer/histories.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import { FIELDS, INJECTED, injectedWorkflow, leakedIn, obeying } from './corpus/injected-workflow.js';
import { isCorrection, readData } from './double/scripted-models.mjs';
import { injections } from './injections.mjs';
import { compile, ModelAtHand, proposerWith, requestFor, subjectOf, suggest, wordsOf } from './proposing.js';

afterAll(closeWorlds);

const CANARY = 'zqCanary7';
const TEXTS = injections(CANARY);

const TYPES = { read: 'x/read', pure: 'x/pure', write: 'x/write' };

/** A workflow that says nothing but what is said to it. */
const documentWith = (more: JsonObject, task: JsonObject = {}): JsonObject => ({
  name: 'w',
  tasks: {
    a: { type: 'x/read', ...task },
    b: { type: 'x/read', depends_on: ['a'], input: { n: 1 } },
    c: { type: 'x/write', input: { of: '${tasks.b.output}' } },
  },
  output: { a: '${tasks.a.output}', c: '${tasks.c.output}' },
  ...more,
});

/** Runs in which task `a` fails with that code every second time. */
const failing = (document: JsonObject, code: string): ProposalRequest['history'] => {
  const failures = [{ kind: 'transient' as const, code, after: 100 }];
  const runs = Array.from({ length: 40 }, (_, n) =>
    execution([ran('/b', 1000), n % 2 ? ran('/a', 1000) : failedRun('/a', 500, { failures })]),
  );
  return historyOf(compile(document), runs);
};

/** What was said of former suggestions, and of those of today, by whoever could write into the store. */
const told = (text: string): Partial<ProposalRequest> => ({
  experience: [
    { ops: [{ op: 'remove_edge', task: '/b', needs: 'a' }], status: text as 'open' },
    {
      ops: [
        { op: 'insert_task', scope: '', id: 'n', definition: { x: text } },
        { op: 'remove_edge', task: text, needs: text },
      ] as RewriteOp[],
      status: 'dismissed',
    },
  ],
  found: [{ kind: text as 'proposal', ops: [{ op: 'remove_task', task: `/${text}` }] }],
});

test('there are 200 texts and more, all different, with the word in each', () => {
  expect(new Set(TEXTS).size).toBeGreaterThanOrEqual(200);
  expect(TEXTS.filter((text) => !text.includes(CANARY))).toEqual([]);
});

/** Of these a model is asked that obeys; of all what is sent is looked at. */
const OBEYED = 9;

describe('a text in every field', () => {
  test('is there, with a word of its own in each', () => {
    const { document, code, reason } = injectedWorkflow(3, TYPES);
    expect(leakedIn(JSON.stringify([document, code, reason]))).toEqual([...FIELDS]);
    expect(INJECTED).toBeGreaterThanOrEqual(200);
  });

  test('is in no request', async () => {
    for (const [index, text] of TEXTS.entries()) {
      const { document, code } = injectedWorkflow(index, TYPES);
      const model = new ModelAtHand(() => '');
      const request = { ...told(text), history: failing(document, code) };
      const asked = requestFor(subjectOf(document), request);
      for await (const one of proposerWith(model).propose(asked, new AbortController().signal))
        expect(one.is).toBe('usage');
      expect(model.requests).toHaveLength(1);
      const sent = JSON.stringify(model.requests.map(wordsOf));
      expect([leakedIn(sent), sent.includes(CANARY)]).toEqual([[], false]);
    }
  });

  test('whoever obeys it changes nothing, and hears none of it again', async () => {
    for (let index = 0; index < INJECTED; index += OBEYED) {
      const { document, code, of } = injectedWorkflow(index, TYPES);
      const model = new ModelAtHand(() => obeying(of('description'), 'x/write'));
      const request = { history: failing(document, code) };
      const { offered, rules, proposed } = await suggest({ subject: subjectOf(document), client: model, request });
      expect(offered).toEqual(rules);
      expect(model.requests).toHaveLength(2);
      expect(leakedIn(JSON.stringify(model.requests.map(wordsOf)))).toEqual([]);
      const ops = proposed.flatMap((one) => (one.is === 'proposal' ? [one.ops] : []));
      expect(leakedIn(JSON.stringify(ops)).filter((field) => field !== 'id of a task')).toEqual([]);
    }
  });
});

test('components and types are told by their names when they are registered, and only then', async () => {
  const document = documentWith({
    tasks: {
      a: { component: CANARY, action: 'query', input: {} },
      b: { component: 'athena', action: 'look_up', input: {} },
    },
    output: null,
  });
  const kinds = async (words: KnownWords): Promise<string[]> => {
    const model = new ModelAtHand(() => '');
    const source = proposerWith(model, { words }).propose(
      requestFor(subjectOf(document)),
      new AbortController().signal,
    );
    for await (const one of source) expect(one.is).toBe('usage');
    return readData({ prompt: model.requests.map(wordsOf).join() }).tasks.map(({ kind }) => kind);
  };
  const hasType = (): boolean => true;
  expect(await kinds({ hasType, hasAction: () => false })).toEqual(['tekton/action', 'tekton/action']);
  const hasAction = (component: string, action: string): boolean => component === 'athena' && action === 'look_up';
  expect(await kinds({ hasType, hasAction })).toEqual(['tekton/action', 'tekton/action:athena.look_up']);
  expect(await kinds({ hasType: () => false, hasAction })).toEqual(['task', 'task']);
});

test('changes of behaviour that were asked for stay labelled, whatever a text says', async () => {
  for (const text of TEXTS.filter((_, index) => index % OBEYED === 0)) {
    const subject = subjectOf(documentWith({ description: text }));
    const { offered, rules } = await suggest({
      ...{ subject, client: new ModelAtHand(() => obeying(text, 'x/write')), request: { kinds: ['proposal'] } },
    });
    for (const { level, ops } of offered.slice(rules.length)) {
      expect(level).toBe('behaviour-change');
      expect(ops.every(({ op }) => op === 'set_on_error')).toBe(true);
    }
  }
});

test('over HTTP nothing that leaves has the word in it, headers and all', async () => {
  const double = await startDouble({ speaks: ['openai'] });
  const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
  for (const [index, text] of TEXTS.entries()) {
    if (index % 9 !== 0) continue;
    double.model = (seen) => (isCorrection(seen) ? '' : `{"ops":[{"op":"remove_task","task":"T1"}]}\n`);
    const everywhere = documentWith(
      { description: text, metadata: { text }, tags: [text.slice(0, 100)], name: text.slice(0, 255) },
      { metadata: { text }, description: text, input: { text: text.replaceAll('${', '') } },
    );
    await suggest({ subject: subjectOf(everywhere), client, request: { most: 1 + index / 9 } });
  }
  expect(double.requests.length).toBeGreaterThanOrEqual(24);
  expect(JSON.stringify(double.requests)).not.toContain(CANARY);
  expect(readData(double.seen[0] ?? { prompt: '' }).tasks.map(({ kind }) => kind)).toEqual([
    'x/read',
    'x/read',
    'x/write',
  ]);
});

describe('what a model says of itself', () => {
  const narrativeOf = (words: unknown): string | undefined => plainWords(words, { longest: 400 });

  test('has no mark-up, no address and no sign that nobody sees', () => {
    for (const text of TEXTS) {
      const words = narrativeOf(text) ?? '';
      expect(words).not.toMatch(/[<>`]|:\/\/|javascript:|\]\(|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(words.length).toBeLessThanOrEqual(400);
    }
  });

  test.each<[Json, string | undefined]>([
    ['T2 is only read; 1.5 s of 3 s are waits.', 'T2 is only read; 1.5 s of 3 s are waits.'],
    ['See [the page](https://evil.example/x) or www.evil.example.', 'See the page or'],
    ['<b>bold</b> and <script>alert(1)</script>', 'bold and alert(1)'],
    ['<<img src=x>script>alert(1)', 'scriptalert(1)'],
    ['\u202eevil\u0007\n\tword', 'evil word'],
    ['x'.repeat(5000), `${'x'.repeat(399)}…`],
    [`${'y'.repeat(398)}😀😀`, `${'y'.repeat(398)}…`],
    ['  \u200b ', undefined],
    [7, undefined],
    [null, undefined],
  ])('%j', (said, words) => {
    expect(narrativeOf(said)).toBe(words);
  });

  test('is read in linear time', () => {
    for (const text of ['<'.repeat(1e6), '['.repeat(1e6), 'a.'.repeat(5e5), '!['.repeat(5e5), 'http://'.repeat(2e5)])
      expect((narrativeOf(text) ?? '').length).toBeLessThanOrEqual(400);
  });
});

test('an answer can not reach beyond the tasks that it was told of', async () => {
  const subject = subjectOf(documentWith({}));
  const model = new ModelAtHand(() => obeying('x', 'x/write'));
  const seen: string[] = [];
  for await (const one of proposerWith(model).propose(requestFor(subject), new AbortController().signal))
    if (one.is === 'proposal')
      seen.push(...(one.ops as unknown as RewriteOp[]).map((op) => ('task' in op ? op.task : op.scope)));
  expect(seen.filter((path) => !['/a', '/b', '/c', ''].includes(path))).toEqual([]);
  expect(wordsOf(model.requests[0] ?? { messages: [] })).not.toMatch(/\/a\b|"a"/);
});
