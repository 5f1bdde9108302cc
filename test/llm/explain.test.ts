import { beforeAll, describe, expect, test } from '@jest/globals';
import { compileWorkflow, type CompiledWorkflow } from '../../src/engine/core/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { ModelAsker } from '../../src/llm/assistants/asking/index.js';
import { explainWorkflow } from '../../src/llm/assistants/explain/explain-workflow.js';
import { explanationOf, textOf, type Explained } from '../../src/llm/assistants/explain/explanation.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import { fenceMaker, PromptLibrary } from '../../src/llm/prompt/index.js';
import type { LlmRequest, LlmResult } from '../../src/llm/tekton-llm-client/index.js';
import type { PluginRegistry } from '../../src/plugin/host/index.js';
import { loadBuiltIns } from '../world/built-ins.js';
import { injections } from './injections.mjs';

/* What is said of a workflow, and that nothing that anybody writes into it, or answers, is taken for more than it is. */

const schemas = createSchemaChecker();
let registry: PluginRegistry;
beforeAll(async () => {
  registry = await loadBuiltIns();
});

const compile = (document: JsonObject): CompiledWorkflow => {
  const accepted = compileWorkflow(document, { catalogue: registry, schemas });
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};

const about = (document: JsonObject, more: Partial<Explained> = {}): Explained => ({
  study: studyOf(compile(document), more.study?.facts ?? NO_FACTS),
  ...{ audience: 'author', types: registry, starters: [], now: 0 },
  whereabouts: { hostsOf: (type) => registry.task(type)?.hosts ?? [], baseOf: () => undefined },
  ...more,
});

const explain = (document: JsonObject, more: Partial<Explained> = {}): string =>
  textOf(explanationOf(about(document, more)));

const value = (more: JsonObject = {}): JsonObject => ({ type: 'core/value', input: {}, ...more });
const ofTasks = (tasks: JsonObject, more: JsonObject = {}): string => explain({ name: 'w', tasks, ...more });

const REPORT: JsonObject = {
  name: 'nightly-report',
  version: '1.2.0',
  description: 'Scores what came in, and publishes it.',
  timeout: 7200,
  budget: { tokens: 1000, cost: { USD: 2.5 }, by: ['ops'] },
  input_schema: {
    type: 'object',
    required: ['day'],
    properties: {
      day: { type: 'string', format: 'date', description: 'Which day' },
      big: { type: 'boolean', default: false },
    },
  },
  tasks: {
    fetch: {
      type: 'http/request',
      input: {
        url: 'https://data.example/${input.day}',
        headers: { 'x-key': '${secrets.data_key}' },
        max_redirects: 0,
      },
      retry_policy: { max_retries: 5 },
      timeout: 30,
    },
    each: {
      map: { over: '${tasks.fetch.output.body.rows}', as: 'row', concurrency: 20, tolerate: '5%' },
      tasks: { score: value({ input: { row: '${row}' } }) },
    },
    ok: { approval: { by: ['ops'], within: 3600 }, depends_on: ['each'] },
    publish: {
      depends_on: ['ok'],
      when: '${input.big}',
      type: 'http/request',
      input: { url: 'https://reports.example/', method: 'POST', body: '${tasks.each.output}' },
      on_error: { goto: 'apologise' },
    },
    apologise: { type: 'core/log', input: { message: 'no report: ${error.message}' } },
  },
  output: { rows: '${size(tasks.each.output)}' },
};

test('a whole explanation', () => {
  const starters = [{ is: 'schedule', name: 'every night', when: '30 2 * * * Europe/Berlin' }] as const;
  expect(explain(REPORT, { starters })).toBe(`What it is
  “nightly-report”, version \`1.2.0\`: 6 tasks, 1 of them inside others.
  “Scores what came in, and publishes it.”

What it takes
  \`day\` (text, \`date\`; required): “Which day”
  \`big\` (yes or no; \`false\` if left out)

What it does
  1. \`fetch\` runs \`http/request\`.
  2. \`each\` goes over \`\${tasks.fetch.output.body.rows}\` and does this for each \`row\`, 20 at a time:
     1. \`score\` runs \`core/value\`.
  3. \`ok\` waits for an approval by “ops”, for at most 1 hour, and fails after that.
  4. \`publish\` runs \`http/request\`, only if \`\${input.big}\`.
  5. \`apologise\` runs \`core/log\`, only if \`publish\` fails.
  A task starts as soon as what it waits for has ended, not when a whole step has. The longest chain is 5 tasks: \`fetch\` → \`each\` → \`ok\` → \`publish\` → \`apologise\`.

Orders without a visible reason
  Every order has a reason that can be seen: data, a choice, or effects that may meet.

What happens when something fails
  \`fetch\`: after a failure that may pass tried again up to 5 times (the first after 1 second, times 2 each time, 1 minute at most); an attempt may take 30 seconds.
  \`/each[*]/score\`, \`publish\` and \`apologise\`: tried once.
  If \`fetch\`, \`ok\` or \`apologise\` fails for good: the execution fails, once what does not wait for it has ended.
  If \`/each[*]/score\` fails for good: its item of \`each\` fails, as 5 % of the items may; when more do, the execution fails, once what does not wait for it has ended.
  If \`publish\` fails for good: \`apologise\` runs, and whatever else waits for it is skipped.

What it touches
  \`data.example\`: \`fetch\`.
  \`reports.example\`: \`publish\`.
  A redirect may lead \`publish\` to other hosts.
  Secret \`data_key\`: \`fetch\`.
  Changes something each time it runs: \`fetch\` and \`publish\`.
  Changes something, the same if done twice: \`apologise\`.
  Of what it changes, nothing in the workflow undoes \`fetch\`, \`publish\` and \`apologise\`.

What bounds it
  An execution fails after 2 hours.
  An execution may use 1000 tokens and 2.5 USD. When it has, it is paused until “ops” allows more.

What it gives
  \`rows\`: \`\${size(tasks.each.output)}\`

What starts it
  The schedule “every night”: \`30 2 * * * Europe/Berlin\`.
`);
});

test('each reader is told what concers them; a newcomer also what task types do', () => {
  const ids = (audience: Explained['audience']): string[] =>
    explanationOf(about(REPORT, { audience })).map(({ id }) => id);
  expect(ids('operator')).toEqual(['about', 'starts', 'touches', 'failures', 'limits', 'steps']);
  expect(ids('newcomer')).not.toContain('order');
  expect(explain(REPORT, { audience: 'newcomer' })).toMatch(/`score` runs `core\/value` \(“[^”]+”\)\./);
});

describe('constructs in words', () => {
  test.each<[string, JsonObject, string]>([
    [
      'a loop',
      { l: { loop: { until: '${previous != null}', max_iterations: 3 }, tasks: { a: value() } } },
      '`l` repeats this until `${previous != null}` is true, 3 times at most',
    ],
    [
      'a switch',
      { s: { switch: [{ when: '${input.n > 3}', goto: 'a' }, { goto: 'b' }] }, a: value(), b: value() },
      '`s` chooses one way: `a` if `${input.n > 3}`, else `b`.',
    ],
    [
      'a switch without an else',
      { s: { switch: [{ when: '${input.n > 3}', goto: 'a' }] }, a: value() },
      '`s` chooses one way: `a` if `${input.n > 3}`, else none.',
    ],
    [
      'its targets',
      { s: { switch: [{ when: '${input.n > 3}', goto: 'a' }, { goto: 'b' }] }, a: value(), b: value() },
      'One of these:',
    ],
    ['a wait', { w: { wait: { seconds: 90 } } }, '`w` waits 1.5 minutes.'],
    [
      'an event',
      { e: { event: { name: 'order.paid', within: 86_400 } } },
      '`e` waits for the event “order.paid”, for at most 1 day.',
    ],
    ['a webhook', { h: { webhook: {} } }, '`h` waits for a request to a URL of its own, however long that takes.'],
    [
      'another workflow',
      { c: { workflow: { name: 'audit', wait: false } } },
      '`c` starts the workflow “audit” and goes on without waiting for it.',
    ],
    ['a race', { r: { race: { a: value(), b: value() } } }, '`r` lets these compete: the first that completes wins'],
    [
      'a try',
      { t: { try: { a: value() }, catch: { b: value() }, finally: { c: value() } } },
      'In any case, at the end:',
    ],
    [
      'a join',
      { a: value(), b: value(), c: value({ depends_on: ['a', 'b'], join: 'any' }) },
      '`c` runs `core/value`, only as soon as 1 of the 2 tasks before it has completed.',
    ],
    ['nothing that waits', { a: value(), b: value() }, 'No task waits for another: all may run at the same time.'],
  ])('%s', (_name, tasks, line) => {
    expect(ofTasks(tasks)).toContain(line);
  });
});

describe('failures in words', () => {
  test.each<[string, JsonObject, string, JsonObject?]>([
    [
      'continue',
      { a: value({ on_error: 'continue' }), b: value({ depends_on: ['a'] }) },
      'If `a` fails for good: the others go on; its output is then null.',
    ],
    [
      'by class',
      {
        a: value({
          on_error: [
            { class: 'timeout', then: 'continue' },
            { class: ['closed', 'sold_out'], goto: 'b' },
          ],
        }),
        b: value(),
      },
      'If `a` fails for good: after `timeout` the others go on; its output is then null; after `closed` or `sold_out` `b` runs, and whatever else waits for it is skipped; after anything else the execution fails, once what does not wait for it has ended.',
    ],
    ['caught', { t: { try: { a: value() }, catch: { b: value() } } }, 'If `/t/try/a` fails for good: `t` catches it'],
    [
      'in what answers to it',
      { t: { try: { a: value() }, catch: { b: value() } } },
      'If `/t/catch/b` fails for good: `t` fails, and then the execution fails',
    ],
    [
      'in a race',
      { r: { race: { a: value(), b: value() } } },
      'If any task fails for good: the others in the race `r` go on; when all have failed, the execution fails',
    ],
    ['at once', { a: value() }, 'the execution fails at once, and what is open is canceled', { fail_fast: true }],
    [
      'undone',
      { t: { try: { a: value({ compensate: { type: 'core/log', input: { message: 'x' } } }), b: value() } } },
      '`/t/try/a` is undone by `core/log`.',
    ],
    ['lost', { a: value({ on_lost: 'fail' }) }, 'If the process ends while `a` runs, that counts as a failure'],
    [
      'a last word',
      { a: value() },
      'Before it fails `core/log` is run once',
      { on_failure: { type: 'core/log', input: { message: 'x' } } },
    ],
    [
      'of some codes',
      {
        a: value({ retry_policy: { max_retries: 1, retry_on: ['busy'], initial_delay: 2, backoff_strategy: 'fixed' } }),
      },
      '`a`: after a failure of `busy` tried again up to 1 time (2 seconds apart).',
    ],
  ])('%s', (_name, tasks, line, more = {}) => {
    expect(ofTasks(tasks, more)).toContain(line);
  });
});

test('an order that only `depends_on` states; what an operator states of effects counts', () => {
  const tasks = { a: value(), b: value({ depends_on: ['a'] }) };
  expect(ofTasks(tasks)).toMatch(/These orders are only stated[^\n]*\n {2}`b` waits for `a`\./);
  const writes = {
    a: { type: 'http/request', input: { url: 'https://x.example' } },
    b: { type: 'http/request', input: { url: 'https://y.example' }, depends_on: ['a'] },
  };
  expect(ofTasks(writes)).toContain('Every order has a reason');
  const document = { name: 'w', tasks: writes };
  const facts = { ...NO_FACTS, effects: { 'http/request': 'read' as const } };
  const stated = explain(document, { study: studyOf(compile(document), facts) });
  expect(stated).toContain('These orders are only stated');
  expect(stated).toContain('It changes nothing outside.');
});

test('a thousand tasks are told by groups, in bounds', () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, n): [string, JsonObject] => [
      `t${n}`,
      {
        type: n % 3 === 0 ? 'core/log' : 'http/request',
        input: n % 3 === 0 ? { message: 'x' } : { url: `https://h${n % 40}.example/` },
        ...(n >= 10 && { depends_on: [`t${n - 10}`] }),
      },
    ]),
  );
  const text = ofTasks(many);
  expect(text.length).toBeLessThan(8000);
  expect(text).toContain('Step 1: 10 tasks: 4 × `core/log` (`t0`, `t3` and 2 more) and 6 × `http/request`');
  expect(text).toMatch(/Steps 13 to 97: 850 tasks: /);
  const nested = Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [
      `g${n}`,
      { tasks: Object.fromEntries(Array.from({ length: 100 }, (__, m) => [`a${n}_${m}`, value()])) },
    ]),
  );
  expect(ofTasks(nested).length).toBeLessThan(8000);
});

/** A client that answers as it is told, and keeps what it is asked. */
class ClientAtHand {
  readonly requests: LlmRequest[] = [];

  constructor(private readonly words: string) {}

  status = () => Promise.resolve({ mode: 'auto' as const, available: true, transports: [], resting: [] });
  isOpen = (): boolean => true;
  judge = (): void => undefined;

  ask(request: LlmRequest): Promise<LlmResult> {
    this.requests.push(request);
    const usage = { prompt: 1, completion: 1, cached: 0, total: 2, estimated: false };
    return Promise.resolve({
      ...{ text: this.words, finish: 'stop', model: 'm', provider: 'p', transport: 't', usage },
      ...{ latency: 1, attempts: 1, calls: ['c'], source: 'model' },
    });
  }
}

const prompts = new PromptLibrary(schemas);
const askedOf = (client: ClientAtHand) => {
  const asker = new ModelAsker({
    client,
    prompts,
    fence: fenceMaker('s'),
    timers: systemTimers,
    tenant: 't',
    amend: () => undefined,
    costOf: () => undefined,
    onTrouble: (_what, error) => {
      throw error;
    },
  });
  return { models: asker, workflow: '00000000-0000-4000-8000-000000000001', budget: { ms: 20_000 } };
};

const floorOf = ({ narrative: _n, degraded: _d, usage: _u, ...floor }: JsonObject): string => JSON.stringify(floor);

test("a model's words are its own, cleaned and marked; the rest is as it was without them", async () => {
  const without = await explainWorkflow(about(REPORT), undefined);
  const client = new ClientAtHand('It <b>reports</b>.\n\nSee [this](https://evil.example/x).\u202e');
  const with_ = await explainWorkflow(about(REPORT), askedOf(client));
  expect(with_.narrative).toMatchObject({ text: 'It reports .\nSee this.', untrusted: true, model: 'm' });
  expect(floorOf(with_)).toBe(floorOf(without));
  expect([without.narrative, without.degraded, with_.degraded]).toEqual([null, null, null]);
  const garbage = await explainWorkflow(about(REPORT), askedOf(new ClientAtHand('\u200b')));
  expect([garbage.narrative, garbage.degraded]).toEqual([null, expect.objectContaining({ reason: 'unusable' })]);
  expect(floorOf(garbage)).toBe(floorOf(without));
});

const SECRET = 'sk-canary-0123456789abcdef';

test('no value of an input leaves, and nothing that looks like a secret, wherever it is written', async () => {
  const client = new ClientAtHand('ok');
  const document: JsonObject = {
    ...{ name: `n ${SECRET}`, description: `token=${SECRET}`, metadata: { SECRET } },
    input_schema: {
      type: 'object',
      properties: { a: { type: 'string', default: SECRET, description: `key: ${SECRET}` } },
    },
    tasks: {
      a: {
        type: 'http/request',
        name: `Bearer ${SECRET}`,
        description: SECRET,
        input: { url: `https://u:${SECRET}@x.example/?k=${SECRET}`, body: { password: SECRET, word: 'zqValue9' } },
      },
      e: { event: { name: `e.${SECRET}`, match: `\${event.token == "${SECRET}"}` } },
    },
    output: { a: `\${"${SECRET}"}` },
  };
  await explainWorkflow(about(document), askedOf(client));
  const sent = JSON.stringify(client.requests);
  expect(sent).toContain('x.example');
  expect(sent).not.toMatch(/0123456789abcdef"|canary|zqValue9/);
});

test('texts that want to be obeyed stay texts: between the fences, on lines of their own, and in quotes', async () => {
  const CANARY = 'zqCanary9';
  for (const [index, raw] of injections(CANARY).entries()) {
    if (index % 9 !== 0) continue;
    const text = raw.replaceAll('${', '').replace(/[\u0000-\u001f]/g, ' '); // eslint-disable-line no-control-regex -- names may not have them
    const client = new ClientAtHand(raw);
    const document: JsonObject = {
      ...{
        name: text.slice(0, 255),
        description: raw.replaceAll('${', ''),
        tags: [text.slice(0, 50)],
        metadata: { raw },
      },
      input_schema: { type: 'object', description: text, properties: { [text.slice(0, 40)]: { description: text } } },
      tasks: {
        a: value({ name: text.slice(0, 100), description: text, metadata: { text } as Json }),
        ok: { approval: { by: [text.slice(0, 60)], message: text } },
      },
    };
    const given = about(document);
    const explained = await explainWorkflow(given, askedOf(client));
    expect(floorOf(explained)).toBe(floorOf(await explainWorkflow(given, undefined)));
    const text_ = explained.text as string;
    // What a title is, and what a line begins with, is ours.
    expect(text_.match(/^\S.*$/gm)).toEqual([
      'What it is',
      'What it takes',
      'What it does',
      'Orders without a visible reason',
      'What happens when something fails',
      'What it touches',
      'What bounds it',
      'What it gives',
      'What starts it',
    ]);
    const [{ messages } = { messages: [] }] = client.requests;
    const [system, user] = messages as readonly { content: string }[];
    expect(system?.content).not.toContain(CANARY);
    expect(user?.content.match(/<<<|>>>/g)).toHaveLength(2);
    expect(JSON.stringify(explained.narrative)).not.toMatch(/[<>]|:\/\/|\\u202e/);
  }
});
