import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import type { ProposalRequest } from '../../src/llm/ports/index.js';
import type { RewriteOp } from '../../src/llm/optimizer/rewrite/index.js';
import type { KnownWords } from '../../src/llm/optimizer/proposer/index.js';
import { plainWords } from '../../src/llm/untrusted/index.js';
import { execution, failedRun, historyOf, ran } from '../optimizer/histories.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import { isCorrection, readData } from './double/scripted-models.mjs';
import { injections } from './injections.mjs';
import { compile, ModelAtHand, proposerWith, requestFor, subjectOf, suggest, wordsOf } from './proposing.js';

afterAll(closeWorlds);

const CANARY = 'zqCanary7';
const TEXTS = injections(CANARY);

/** A workflow with a text in one of its fields. */
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

type Field = (text: string) => { readonly document: JsonObject; readonly request?: Partial<ProposalRequest> };

/** What can be said in an id. */
const idOf = (text: string): string => `${CANARY}_${text.replace(/\W+/gu, '_').slice(0, 100)}`;
const literal = (text: string): string => text.replaceAll('${', () => '$${');
const plain = (text: string): string => text.replaceAll('${', '').slice(0, 200);

const failing = (text: string): Partial<ProposalRequest> => {
  const document = documentWith({});
  const failures = [{ kind: 'transient' as const, code: text, after: 100 }];
  const runs = Array.from({ length: 40 }, (_, n) =>
    execution([
      ...['/b', '/c'].map((step) => ran(step, 1000)),
      n % 2 ? ran('/a', 1000) : failedRun('/a', 500, { failures }),
    ]),
  );
  return { history: historyOf(compile(document), runs) };
};

const FIELDS: Readonly<Record<string, Field>> = {
  'name of the workflow': (text) => ({ document: documentWith({ name: text.slice(0, 255) }) }),
  description: (text) => ({ document: documentWith({ description: text }) }),
  tags: (text) => ({ document: documentWith({ tags: [text.slice(0, 100)] }) }),
  'metadata of the workflow': (text) => ({ document: documentWith({ metadata: { note: text, [text]: 1 } }) }),
  'name of a task': (text) => ({ document: documentWith({}, { name: text.slice(0, 255) }) }),
  'description of a task': (text) => ({ document: documentWith({}, { description: text }) }),
  'metadata of a task': (text) => ({ document: documentWith({}, { metadata: { [text]: text } }) }),
  'input of a task': (text) => ({ document: documentWith({}, { input: { [plain(text)]: literal(text) } }) }),
  'id of a task': (text) => ({
    document: documentWith({
      tasks: { [idOf(text)]: { type: 'x/read' }, b: { type: 'x/pure', depends_on: [idOf(text)] } },
      output: null,
    }),
  }),
  'name of a component': (text) => ({
    document: documentWith({
      tasks: {
        a: { component: plain(text), action: 'query', input: {} },
        b: { type: 'x/read', depends_on: ['a'] },
      },
      output: null,
    }),
  }),
  'name of an action': (text) => ({
    document: documentWith({
      tasks: {
        a: { component: 'athena', action: plain(text), input: {} },
        b: { type: 'x/read', depends_on: ['a'] },
      },
      output: null,
    }),
  }),
  'condition of a task': (text) => ({
    document: documentWith({}, { when: `\${${JSON.stringify(text.replace(/[^\u0020-\u007e]|[$\\"]/gu, ' '))} != ""}` }),
  }),
  output: (text) => ({ document: documentWith({ output: { [plain(text)]: literal(text), c: '${tasks.c.output}' } }) }),
  'schema of the input': (text) => ({
    document: documentWith({ input_schema: { type: 'object', description: text, properties: { x: { const: text } } } }),
  }),
  'code of a failure': (text) => ({ document: documentWith({}), request: failing(text) }),
  'what is known of former suggestions': (text) => ({
    document: documentWith({}),
    request: { experience: [{ ops: [{ op: 'remove_edge', task: '/b', needs: 'a' }], status: text as 'open' }] },
  }),
  'ops of former suggestions': (text) => ({
    document: documentWith({}),
    request: {
      experience: [
        {
          ops: [
            { op: 'insert_task', scope: '', id: 'n', definition: { x: text } },
            { op: 'remove_edge', task: text, needs: text },
          ] as RewriteOp[],
          status: 'dismissed',
        },
      ],
      found: [{ kind: text as 'proposal', ops: [{ op: 'remove_task', task: `/${text}` }] }],
    },
  }),
};

/** Does what it was told in the text, as far as it can: in its answer, and with every op that it knows of. */
const obeying = (text: string): string =>
  [
    ...['T1', 'T2', 'T3', '/a', 'a', text].flatMap((task) => [
      { ops: [{ op: 'remove_task', task }], why: text },
      { ops: [{ op: 'set_timeout', task, seconds: 0.001 }], why: text },
      { ops: [{ op: 'set_on_error', task, on_error: 'continue' }], why: text },
      { ops: [{ op: 'replace_task', task, definition: { type: 'x/write', input: { text } } }] },
      { ops: [{ op: 'set_compensation', task, compensate: { type: 'x/write', input: { text } } }] },
    ]),
    { ops: [{ op: 'insert_task', scope: 'S0', id: 'evil', definition: { type: 'x/write', input: { text } } }] },
    { ops: [{ op: text, task: 'T1' }] },
    { ops: [{ op: 'set_retry', task: 'T1', retry_policy: { max_retries: 1, [text]: text } }] },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('') + `${text}\n`;

test('there are 200 texts and more, all different, with the word in each', () => {
  expect(new Set(TEXTS).size).toBeGreaterThanOrEqual(200);
  expect(TEXTS.filter((text) => !text.includes(CANARY))).toEqual([]);
});

/** Of these a model is asked that obeys; of all what is sent is looked at. */
const OBEYED = 9;

describe.each(Object.entries(FIELDS))('%s', (name, field) => {
  test('is in no request', async () => {
    for (const text of TEXTS) {
      const { document, request } = field(text);
      const model = new ModelAtHand(() => '');
      const asked = requestFor(subjectOf(document), { found: [], ...request });
      for await (const one of proposerWith(model).propose(asked, new AbortController().signal))
        expect(one.is).toBe('usage');
      expect(model.requests).toHaveLength(1);
      expect(JSON.stringify(model.requests.map(wordsOf))).not.toContain(CANARY);
    }
  });

  test('whoever obeys it changes nothing, and hears none of it again', async () => {
    for (const text of TEXTS.filter((_, index) => index % OBEYED === 0)) {
      const { document, request } = field(text);
      const model = new ModelAtHand(() => obeying(text));
      const subject = subjectOf(document);
      const { offered, rules, proposed } = await suggest({ subject, client: model, ...(request && { request }) });
      expect(offered).toEqual(rules);
      expect(model.requests).toHaveLength(2);
      expect(JSON.stringify(model.requests.map(wordsOf))).not.toContain(CANARY);
      for (const one of proposed)
        if (one.is === 'proposal' && name !== 'id of a task') expect(JSON.stringify(one.ops)).not.toContain(CANARY);
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
      ...{ subject, client: new ModelAtHand(() => obeying(text)), request: { kinds: ['proposal'] } },
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
    const everywhere = Object.values(FIELDS).reduce<JsonObject>(
      (all, field) => ({ ...field(text).document, ...all }),
      documentWith({ description: text, metadata: { text }, tags: [text.slice(0, 100)] }, { metadata: { text } }),
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
  const model = new ModelAtHand(() => obeying('x'));
  const seen: string[] = [];
  for await (const one of proposerWith(model).propose(requestFor(subject), new AbortController().signal))
    if (one.is === 'proposal')
      seen.push(...(one.ops as unknown as RewriteOp[]).map((op) => ('task' in op ? op.task : op.scope)));
  expect(seen.filter((path) => !['/a', '/b', '/c', ''].includes(path))).toEqual([]);
  expect(wordsOf(model.requests[0] ?? { messages: [] })).not.toMatch(/\/a\b|"a"/);
});
