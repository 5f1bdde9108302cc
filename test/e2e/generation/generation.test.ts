import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../../src/kernel/index.js';
import { LlmDouble } from '../../llm/double/llm-double.mjs';
import * as models from '../../llm/double/scripted-models.mjs';
import { injections } from '../../llm/injections.mjs';
import { TestService } from '../../world/service.js';
import { serverEvents } from '../../world/suggestion-client.js';

const V = '/api/v1';
const GOAL = 'Check https://shop.example/health with 2 attempts and mail ann@example.com';

let double: LlmDouble;
let service: TestService;
beforeAll(async () => {
  double = await LlmDouble.start({ speaks: ['openai'] });
  service = await TestService.start({
    ...{ OPENAI_BASE_URL: double.openaiUrl, TEKTON_LLM_MODEL: 'test-model', TEKTON_LLM_PRICES: 'test-model=1/4/0.5' },
  });
});
beforeEach(() => {
  double.model = () => '';
});
afterAll(async () => {
  await service.stop();
  await double.stop();
});

interface Shown extends JsonObject {
  readonly source: string;
  readonly title: string;
  readonly definition: JsonObject;
  readonly risk: string;
  readonly flags: readonly JsonObject[];
}

const answer = async (body: object, status = 200): Promise<JsonObject & { candidates: Shown[] }> => {
  const { status: got, body: answered } = await service.post(`${V}/workflows/generate`, body);
  expect([got, answered.error ?? null]).toEqual([status, status === 200 ? null : expect.anything()]);
  return (answered.data ?? (answered.error as JsonObject).details) as never;
};

const floor = async (goal: string): Promise<string> =>
  JSON.stringify((await answer({ goal, llm: 'never' })).candidates);

const ofModel = ({ candidates }: { candidates: readonly Shown[] }): readonly Shown[] =>
  candidates.filter(({ source }) => source === 'llm');

const stored = async (): Promise<unknown[]> => [
  (await service.get(`${V}/workflows`)).body.total,
  (await service.get(`${V}/executions`)).body.total,
  (await service.get(`${V}/suggestions`)).status,
];

const line = (definition: Json, why = 'It asks, and tells by mail.'): string =>
  `${JSON.stringify({ definition, why })}\n`;

const GOOD: JsonObject = {
  name: 'Shop watch',
  input_schema: { type: 'object', required: ['subject'], properties: { subject: { type: 'string' } } },
  tasks: {
    ask: { type: 'http/request', input: { url: 'https://shop.example/health' }, retry_policy: { max_retries: 2 } },
    tell: {
      type: 'email/send',
      input: { to: 'ann@example.com', subject: '${input.subject}', text: '${string(tasks.ask.output.status)}' },
    },
  },
  output: { status: '${tasks.ask.output.status}' },
};

const withTask = (task: JsonObject, rest: JsonObject = {}): JsonObject => ({ name: 'x', tasks: { a: task }, ...rest });
const request = (url: Json, more: JsonObject = {}): JsonObject =>
  withTask({ type: 'http/request', input: { url, ...more } });

test('without a model: the nearest template, filled in, with what is open; what it makes is kept only by who posts it', async () => {
  const before = await stored();
  const { candidates, analysis, usage, degraded } = await answer({
    goal: 'Check whether https://shop.example/health answers, with 5 attempts',
    llm: 'never',
  });
  const [first] = candidates as [Shown];
  expect(first).toMatchObject({
    ...{ source: 'template', title: 'Check a Web Address', equivalence: 'behaviour-change', risk: 'medium' },
    slots: [
      { parameter: 'url', value: 'https://shop.example/health', text: 'https://shop.example/health' },
      { parameter: 'attempts', value: 5, text: '5' },
    ],
    questions: [{ parameter: 'expected_status', required: false, default: 200, asInput: false }],
    plan: { hosts: [{ host: 'shop.example', from: 'input' }], waits: [] },
  });
  expect((first.gates as JsonObject[]).map(({ id, ok }) => [id, ok])).toEqual(
    ['parse', 'schema', 'validate', 'referents', 'plan'].map((id) => [id, true]),
  );
  expect([analysis, degraded]).toMatchObject([{ nothingNear: null }, undefined]);
  expect(usage).toMatchObject({ calls: 0, cost: 0 });
  expect(await stored()).toEqual(before);
  expect(double.requests).toEqual([]);
  const id = await service.workflow(first.definition);
  const { body } = await service.get(`${V}/workflows/${id}/export`);
  expect((body.data as unknown as JsonObject).tasks).toEqual(first.definition.tasks);
});

test('what the words do not say becomes an input, and the workflow runs when it is given', async () => {
  const [first] = (await answer({ goal: 'wait for an approval before going on', llm: 'never' })).candidates as [Shown];
  expect(first.questions).toMatchObject([
    { parameter: 'question', required: true, asInput: true, schema: { type: 'string', minLength: 1 } },
    { parameter: 'approvers' },
    { parameter: 'hours' },
  ]);
  const id = await service.workflow(first.definition);
  const bare = await service.post(`${V}/executions`, { workflow_id: id });
  expect([bare.status, JSON.stringify(bare.body.error)]).toEqual([422, expect.stringContaining('question')]);
  const { body } = await service.post(`${V}/executions`, { workflow_id: id, input: { question: 'Now?' } });
  const e = `${V}/executions/${body.execution_id as string}`;
  const asked = async (): Promise<string> => JSON.stringify((await service.get(`${V}/approvals`)).body.data);
  let waits = await asked();
  while (!waits.includes('Now?')) waits = await asked();
  await service.post(`${e}/cancel`);
});

test('a name that can not be worked out leaves the template without a definition, and asks for it', async () => {
  const [first] = (await answer({ goal: 'run another workflow and wait for its end', llm: 'never' })).candidates;
  expect(first).toMatchObject({
    ...{ title: 'Run Another Workflow', definition: null, plan: null },
    gates: [{ id: 'validate', ok: false }],
    questions: [{ parameter: 'workflow', required: true, asInput: false }, {}],
  });
});

test('nothing near: an empty list, and what there is', async () => {
  const { candidates, analysis } = await answer({ goal: 'Bake a chocolate cake', llm: 'never' });
  expect(candidates).toEqual([]);
  const { nothingNear } = analysis as { nothingNear: { message: string; templates: string[]; types: string[] } };
  expect(nothingNear.templates).toContain('Process a List');
  expect(nothingNear.types).toContain('http/request');
});

test('only what was asked for may be used', async () => {
  const goal = 'Check a web address';
  const restricted = await answer({ goal, types: ['core/value'], llm: 'never' });
  expect(restricted.candidates).toEqual([]);
  expect(restricted.rejected).toMatchObject([{ source: 'template', gate: 'referents', reason: 'type_not_allowed' }]);
  const refused = await answer({ goal, types: ['no/such'], llm: 'never' }, 422);
  expect(refused).toMatchObject({ faults: [{ code: 'task_type_unknown', pointer: '/types/0' }] });
  double.model = () => line(GOOD) + line(withTask({ component: 'athena', action: 'query', input: {} }));
  const both = await answer({ goal: GOAL, types: ['http/request'], components: ['sophia'] });
  expect(ofModel(both)).toEqual([]);
  expect((both.rejected as JsonObject[]).map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['type_not_allowed', 'component_not_allowed']),
  );
  const { types } = models.readData(double.seen.at(-2) ?? { prompt: '' }) as unknown as { types: JsonObject[] };
  expect(types.map(({ type }) => type)).toEqual(['http/request']);
});

test.each([
  [{}, '/goal'],
  [{ goal: ' ' }, '/goal'],
  [{ goal: 'x'.repeat(4001) }, '/goal'],
  [{ goal: 'x', most: 6 }, '/most'],
  [{ goal: 'x', apply: true }, '/apply'],
])('%j is refused', async (body, pointer) => {
  const { faults } = await answer(body, 422);
  expect((faults as JsonObject[]).map((one) => one.pointer)).toEqual([pointer]);
});

test('a model adds what it writes, checked and labelled; templates stay as they are', async () => {
  double.model = () => line(GOOD);
  const all = await answer({ goal: GOAL, constraints: ['be quick'], context: 'we sell bikes' });
  const [only, ...others] = ofModel(all);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    ...{ title: 'Shop watch', equivalence: 'behaviour-change', risk: 'medium', model: 'test-model' },
    ...{ why: 'It asks, and tells by mail.', questions: [{ parameter: 'subject', required: true, asInput: true }] },
    promptVersion: expect.stringMatching(/^generate\.v1@[0-9a-f]{64}$/),
    plan: { tasks: [{ task: '/ask' }, { task: '/tell' }], effects: { irreversible: ['/ask', '/tell'] } },
  });
  expect(JSON.stringify(all.candidates.filter(({ source }) => source === 'template'))).toBe(await floor(GOAL));
  expect(all).not.toHaveProperty('degraded');
  expect(all.usage).toMatchObject({ calls: 1 });
  const sent = models.readData(double.seen.at(-1) ?? { prompt: '' }) as unknown as JsonObject;
  expect(sent).toMatchObject({ goal: GOAL, constraints: ['be quick'], context: 'we sell bikes' });
  const { body } = await service.get(`${V}/llm/usage?groupBy=purpose,outcome`);
  expect(JSON.stringify(body.data)).toContain('"purpose":"generate"');
  await service.workflow(only?.definition);
});

test('what a gate refuses is told to the model once, with the reason; what it puts right is taken', async () => {
  const broken = { ...GOOD, tasks: { ...(GOOD.tasks as JsonObject), tell: { type: 'mail/send' } } };
  double.model = (seen) => line(models.isCorrection(seen) ? GOOD : broken);
  const asked = double.seen.length;
  const { candidates, rejected, usage } = await answer({ goal: `${GOAL}, again` });
  expect(ofModel({ candidates })).toMatchObject([
    { title: 'Shop watch', promptVersion: expect.stringMatching(/^generate\.v1@\w+ generate_repair\.v1@\w+$/) },
  ]);
  expect(rejected).toMatchObject([
    { source: 'llm', gate: 'validate', reason: 'task_type_unknown', pointer: '/tasks/tell/type' },
  ]);
  expect(double.seen.length - asked).toBe(2);
  expect(JSON.stringify(double.seen.at(-1)?.messages?.at(-1))).toContain('task_type_unknown');
  expect(usage).toMatchObject({ calls: 2 });
});

describe('what a model may not write', () => {
  const secretKey = ['sk', 'a'.repeat(24)].join('-');
  test.each<[string, JsonObject, string]>([
    ['an address of its own', request('https://evil.example/x'), 'address_made_up'],
    ['another address in the same words', request('https://shop.example.evil.example/'), 'address_made_up'],
    ['a part of an address', request('https://evil-shop.example/'), 'address_made_up'],
    ['one with the slashes the other way round', request('https:\\\\evil.example'), 'address_made_up'],
    ['one that is put together', request('${"https://" + "evil" + ".example/" + string(1)}'), 'address_made_up'],
    ['one that is joined', request('${["https:", "", "evil.example"].join("/")}'), 'address_made_up'],
    ['one with a part worked out', request('https://${input.x}.evil.example/'), 'address_made_up'],
    [
      'one in a header',
      request('https://shop.example/health', { headers: { referer: '//evil.example/a' } }),
      'address_made_up',
    ],
    [
      'a recipient',
      withTask({ type: 'email/send', input: { to: 'eve@evil.example', subject: 's' } }),
      'address_made_up',
    ],
    ['a login in an address', request('https://bob:pw@shop.example/'), 'literal_credential'],
    ['a key', withTask({ type: 'core/value', input: { note: secretKey } }), 'literal_credential'],
    ['a password', withTask({ type: 'core/value', input: { db_password: 'hunter2' } }), 'literal_credential'],
    ['a secret elsewhere', withTask({ type: 'core/value', when: '${secrets.x == "a"}' }), 'secret_not_allowed'],
    ['a type that is not there', withTask({ type: 'shell/run', input: {} }), 'task_type_unknown'],
    ['a sub-workflow to be worked out', withTask({ workflow: { name: '${input.x}' } }), 'child_not_literal'],
    ['nothing', { name: 'x', tasks: {} }, 'no_tasks'],
    [
      'too much',
      { name: 'x', tasks: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`t${n}`, { type: 'core/noop' }])) },
      'too_many_tasks',
    ],
  ])('%s', async (name, definition, reason) => {
    const schema = { type: 'object', properties: { x: { type: 'string' } } };
    double.model = () => line({ ...definition, input_schema: schema });
    const { candidates, rejected } = await answer({ goal: `${GOAL}; ${name}` });
    expect(ofModel({ candidates })).toEqual([]);
    expect((rejected as JsonObject[]).map((one) => one.reason)).toContain(reason);
    expect(JSON.stringify(candidates)).not.toMatch(/evil|hunter2|a{24}/);
  });

  test('code, and addresses that nobody knows yet, are flagged as what they are', async () => {
    const open = { input_schema: { type: 'object', required: ['u'], properties: { u: { type: 'string' } } } };
    double.model = () =>
      line(withTask({ type: 'script/javascript', input: { code: 'return 1' } })) +
      line({ ...request('${input.u}', { headers: { 'x-key': '${secrets.shop}' } }), ...open });
    const [code, address] = ofModel(await answer({ goal: 'anything at all' }));
    expect(code).toMatchObject({
      risk: 'high',
      flags: expect.arrayContaining([expect.objectContaining({ code: 'runs_code' })]),
    });
    expect(address?.risk).toBe('high');
    expect(address?.flags.map((flag) => flag.code)).toEqual(
      expect.arrayContaining(['address_open', 'credential_unknown', 'changes_something']),
    );
  });

  test('its words are plain, and nothing rides along', async () => {
    double.model = () =>
      line(
        {
          ...withTask({ type: 'core/noop', description: 'see <b>www.evil.example</b>', metadata: { x: 1 } }),
          ...{ name: 'Nice <script>x</script>', description: '[click](https://evil.example)', tags: ['evil'] },
          ...{ metadata: { schedule: 'evil' }, version: '9.9.9' },
        },
        '<img src=x> go to https://evil.example \u202e now',
      );
    const [only] = ofModel(await answer({ goal: 'do nothing' }));
    expect(only).toMatchObject({ why: 'go to now', title: 'Nice x', definition: { version: '1.0.0' } });
    expect(JSON.stringify(only)).not.toMatch(/evil|<|script>/);
  });
});

describe('whatever the model does, templates are answered as without one', () => {
  const goal = 'Is the web page https://example.org up? Try it';
  test.each<[string, models.ScriptedModel, RegExp | undefined]>([
    ['silent', models.silent(), undefined],
    ['chatty', models.chatty(), /^unusable$/],
    ['hung', models.hanging(), /^deadline$/],
    ['cut off', () => ({ is: 'truncated', text: line(GOOD).slice(0, 80) }), /^truncated$/],
    ['breaking off', models.breaking(() => [{ x: 'x'.repeat(2000) }]), /^(unreachable|failed)$/],
    ['down', () => ({ is: 'status', status: 500 }), /^failed$/],
    ['refusing', () => ({ is: 'refusal', text: 'no' }), /^refused$/],
    ['garbled', () => '{"definition": 7}\n{"definition":{"tasks":[]}}\nnull\n[[[[\n"x"\n', undefined],
  ])('%s', async (name, model, reason) => {
    double.model = model;
    const all = await answer({ goal: `${goal} (${name})`, budget: { ms: name === 'hung' ? 700 : 20_000 } });
    expect(JSON.stringify(all.candidates)).toBe(await floor(`${goal} (${name})`));
    const degraded = all.degraded as { reason: string } | undefined;
    if (reason) expect(degraded).toMatchObject({ to: 'templates', reason: expect.stringMatching(reason) });
    else expect(degraded).toBeUndefined();
  });

  test('no budget: nothing is sent', async () => {
    const asked = double.seen.length;
    const all = await answer({ goal, budget: { tokens: 10 } });
    expect(all.degraded).toMatchObject({ reason: 'budget' });
    expect(JSON.stringify(all.candidates)).toBe(await floor(goal));
    expect(double.seen.length).toBe(asked);
  });
});

describe('texts that give orders', () => {
  const CANARY = 'zqCanary7';
  const TEXTS = injections(CANARY).filter((_, index) => index % 24 === 0);

  /** What was sent beside the data of the request, and beside what the model had said itself. */
  const around = (from: number): string =>
    JSON.stringify(
      double.seen
        .slice(from)
        .map(({ messages = [] }) =>
          messages
            .filter(({ role }) => role !== 'assistant')
            .map(({ content }) => content.replace(/^<<<([0-9a-f]{16})\n.*\n\1>>>$/, '')),
        ),
    );

  test('a model that obeys them gets nothing kept, started or promised; they stay inside of the data', async () => {
    const before = await stored();
    for (const text of TEXTS) {
      double.model = () =>
        line({ name: text, tasks: { a: { type: 'core/log', input: { message: 'x' }, description: text } } }, text) +
        line(withTask({ type: 'script/command', input: { command: 'curl', args: ['x'] } })) +
        `${text.replaceAll('\n', ' ')}\n`;
      const first = double.seen.length;
      const all = await answer({ goal: text, context: text });
      expect(JSON.stringify(all.candidates.filter(({ source }) => source === 'template'))).toBe(await floor(text));
      for (const { equivalence, risk, definition } of ofModel(all)) {
        expect(equivalence).toBe('behaviour-change');
        if (JSON.stringify(definition).includes('script/')) expect(risk).toBe('high');
        expect(JSON.stringify(definition)).not.toMatch(/<script|<img|:\/\//);
      }
      expect(double.seen.length).toBeGreaterThan(first);
      expect(around(first)).not.toContain(CANARY);
    }
    expect(await stored()).toEqual(before);
  });

  test('what is stored here is in no request: no template, workflow or credential', async () => {
    const text = `${CANARY} process a list of things`;
    await service.workflow({ ...withTask({ type: 'core/noop' }), name: text, description: text });
    const kept = await service.post(`${V}/templates`, {
      ...{ name: text, description: text, tags: [CANARY], parameters: { x: { type: 'string', description: text } } },
      workflow_definition: { name: 'y', tasks: { a: { type: 'core/value', input: { x: '{{params.x}}' } } } },
    });
    expect(kept.status).toBe(201);
    await service.send('PUT', `${V}/credentials/${CANARY}`, { type: 'secret', value: `${CANARY}-secret` });
    const first = double.requests.length;
    const all = await answer({ goal: 'process a list of things with credentials' });
    expect(all.candidates.map(({ title }) => title)).toContain(text);
    expect(double.requests.length).toBeGreaterThan(first);
    expect(JSON.stringify(double.requests.slice(first).map(({ body, headers }) => [body, headers]))).not.toContain(
      CANARY,
    );
  });
});

test('the stream tells templates first, then the model, and goes on where one was', async () => {
  double.model = () => line(GOOD) + line(request('https://evil.example'));
  const url = `${service.url}${V}/workflows/generate/stream`;
  const body = { goal: `${GOAL}, as it comes` };
  const events = await serverEvents(url, { body });
  const names = events.map(({ event }) => event).filter((name) => name !== 'keepalive');
  expect(names[0]).toBe('analysis');
  expect(names.slice(-2)).toEqual(['usage', 'done']);
  expect(names).toEqual(expect.arrayContaining(['candidate', 'rejected']));
  const found = events.filter(({ event }) => event === 'candidate').map(({ data }) => data.source);
  expect(found).toEqual([...found].sort().reverse());
  const rest = await serverEvents(url, { body, after: events[1]?.id ?? '' });
  expect(rest).toEqual(events.slice(2));
  await expect(serverEvents(url, { body: { goal: '' } })).rejects.toThrow(/^422/);
});

describe('other services', () => {
  test('require without a model is refused; Rhetor gets words only where that is allowed', async () => {
    const rhetor = await LlmDouble.start({ speaks: ['rhetor'] });
    rhetor.model = () => line(GOOD);
    const alone = await TestService.start();
    const shy = await TestService.start({ RHETOR_URL: rhetor.url });
    const open = await TestService.start({ RHETOR_URL: rhetor.url, TEKTON_LLM_RHETOR_PAYLOADS: 'true' });
    try {
      const refused = await alone.post(`${V}/workflows/generate`, { goal: GOAL, llm: 'require' });
      expect(refused.status).toBe(503);
      expect(refused.body.error).toMatchObject({ code: 'llm_unavailable' });
      const kept = await shy.post(`${V}/workflows/generate`, { goal: GOAL });
      expect(kept.body.data).toMatchObject({ degraded: { to: 'templates' }, usage: { calls: 0 } });
      expect(rhetor.seen).toEqual([]);
      const told = await open.post(`${V}/workflows/generate`, { goal: GOAL });
      expect((told.body.candidates as unknown as Shown[]).map(({ source }) => source)).toContain('llm');
    } finally {
      for (const one of [alone, shy, open]) await one.stop();
      await rhetor.stop();
    }
  });
});
