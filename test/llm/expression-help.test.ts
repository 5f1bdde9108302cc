import { beforeAll, describe, expect, test } from '@jest/globals';
import { compileWorkflow, type CompiledWorkflow } from '../../src/engine/core/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { ModelAsker } from '../../src/llm/assistants/asking/index.js';
import { findExamples } from '../../src/llm/assistants/expression-help/find-examples.js';
import {
  helpWithExpression,
  type ExpressionQuestion,
} from '../../src/llm/assistants/expression-help/help-with-expression.js';
import { EXAMPLE_DATA, SNIPPETS } from '../../src/llm/assistants/expression-help/snippets.js';
import { fenceMaker, PromptLibrary } from '../../src/llm/prompt/index.js';
import type { LlmRequest, LlmResult } from '../../src/llm/tekton-llm-client/index.js';
import type { PluginRegistry } from '../../src/plugin/host/index.js';
import { loadBuiltIns } from '../world/built-ins.js';
import { outcomeIn, pageText, readPage } from '../world/expression-page.js';
import { injections } from './injections.mjs';

/* What is said about expressions, and that a model's are believed in nothing. */

const schemas = createSchemaChecker();
let registry: PluginRegistry;
let compiled: CompiledWorkflow;

const compile = (document: JsonObject): CompiledWorkflow => {
  const accepted = compileWorkflow(document, { catalogue: registry, schemas });
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};

const DOCUMENT: JsonObject = {
  name: 'w',
  state: { seen: 0 },
  input_schema: {
    type: 'object',
    additionalProperties: false,
    properties: { rows: { type: 'array', default: [] }, name: { type: 'string' } },
  },
  tasks: {
    fetch: { type: 'http/request', input: { url: 'https://x.example' }, on_error: { goto: 'mend' } },
    mend: { type: 'core/value', input: {} },
    total: { type: 'core/value', when: '${input.name == "x"}', input: { n: '${tasks.fetch.output.status}' } },
    each: { map: { over: '${input.rows}', as: 'row' }, tasks: { score: { type: 'core/value', input: {} } } },
    guard: { try: { risk: { type: 'core/noop' } }, catch: { cry: { type: 'core/noop' } } },
    again: { loop: { while: '${index < 2}', max_iterations: 2 }, tasks: { once: { type: 'core/noop' } } },
    last: { type: 'core/value', input: { a: '${tasks.total.output}' } },
  },
};

beforeAll(async () => {
  registry = await loadBuiltIns();
  compiled = compile(DOCUMENT);
});

const question = (more: Partial<ExpressionQuestion>): ExpressionQuestion => ({
  ...{ expression: undefined, words: undefined, workflow: undefined, compiled, task: '/last', sample: undefined },
  ...{ catalogue: registry, components: undefined, now: 0 },
  ...more,
});

interface Fault {
  readonly code: string;
  readonly position: { readonly start: number; readonly end: number } | null;
  readonly did_you_mean: readonly string[];
}
interface Looked {
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly type: string | null;
  readonly reads: readonly { readonly path: string; readonly type: string }[];
  readonly result: { readonly value: Json; readonly fails: string | null } | null;
  readonly missing_in_sample: readonly string[];
  readonly when_null: readonly { readonly path: string; readonly value: Json; readonly fails: string | null }[];
}

const look = async (expression: string, more: Partial<ExpressionQuestion> = {}): Promise<Looked> =>
  (await helpWithExpression(question({ expression, ...more }), undefined)).expression as unknown as Looked;

describe('names that are not there', () => {
  test.each<[string, string, string, string, string[]]>([
    ['a root', 'size(imput.rows)', 'expression_unknown_name', 'imput', ['input']],
    ['a task without `tasks`', 'fetch.output.status', 'expression_unknown_name', 'fetch', ['tasks.fetch']],
    ['a field of the input without `input`', 'rows.size()', 'expression_unknown_name', 'rows', ['input.rows']],
    ['a task', 'tasks.fech.output.status', 'unknown_task', 'fech', ['fetch']],
    ['a function', 'input.name.uper()', 'expression_syntax', 'uper', ['upper']],
    ['a function of other languages', 'input.name.toUpperCase()', 'expression_syntax', 'toUpperCase', ['upper']],
    ['a field', 'input.nam', 'missing_field', 'nam', ['name']],
    ['inside a text', 'Hi ${input.name}, ${tasks.totl.output}', 'unknown_task', 'totl', ['total']],
  ])('%s', async (_name, source, code, said, meant) => {
    const { errors, type } = await look(source);
    const [error] = errors;
    expect(error).toMatchObject({ code });
    expect(error?.did_you_mean.slice(0, meant.length)).toEqual(meant);
    expect(source.slice(error?.position?.start, error?.position?.end)).toBe(said);
    expect(type).toBeNull();
  });

  test('a field that a schema does not name is a warning', async () => {
    const { errors, warnings } = await look('tasks.fetch.output.statu');
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([
      { code: 'may_be_null' },
      { code: 'unlisted_field', did_you_mean: ['status'], position: { start: 19, end: 24 } },
    ]);
  });

  test('where it can not be read', async () => {
    expect((await look('1 +')).errors).toMatchObject([{ code: 'expression_syntax', position: { start: 3, end: 4 } }]);
    expect((await look('"a')).errors).toMatchObject([{ code: 'expression_syntax' }]);
    expect((await look('')).errors).toMatchObject([{ code: 'expression_syntax' }]);
  });
});

describe('what is in reach', () => {
  const reach = async (task: string | undefined): Promise<{ names: string[]; tasks: string[]; beyond: string[] }> => {
    const { context } = await helpWithExpression(question({ task }), undefined);
    const { names, tasks, out_of_reach } = context as unknown as {
      names: { name: string }[];
      tasks: { id: string }[];
      out_of_reach: string[];
    };
    return {
      names: names.map(({ name }) => name),
      tasks: tasks.map(({ id }) => id).sort(),
      beyond: [...out_of_reach].sort(),
    };
  };
  const ROOTS = ['execution', 'input', 'state', 'workflow'];
  const ALL = ['again', 'each', 'fetch', 'guard', 'last', 'mend', 'total'];

  test.each<[string | undefined, string[], string[]]>([
    [undefined, [], []],
    ['/last', [], ['last']],
    ['/fetch', [], ['fetch', 'last', 'mend', 'total']],
    ['/mend', ['error'], ['mend']],
    ['/each/score', ['index', 'row'], ['each', 'score']],
    ['/guard/catch/cry', ['error'], ['cry', 'guard']],
    ['/guard/try/risk', [], ['guard', 'risk']],
    ['/again/once', ['index', 'previous'], ['again', 'once']],
  ])('%s', async (task, more, beyond) => {
    const found = await reach(task);
    expect(found.names).toEqual([...ROOTS, ...more].sort());
    expect(found.beyond).toEqual(beyond);
    expect(found.tasks).toEqual(ALL.filter((id) => !beyond.includes(id)));
    // The validator of definitions says the same of each name.
    for (const name of ['error', 'index', 'row', 'previous', 'state', 'event']) {
      if (task === undefined) continue;
      const { errors } = await look(name, { task });
      expect([name, errors.length === 0]).toEqual([name, found.names.includes(name)]);
      expect([name, saves(task, `\${${name}}`)]).toEqual([name, found.names.includes(name)]);
    }
    for (const id of ALL) {
      if (task === undefined) continue;
      expect([id, saves(task, `\${tasks.${id}.output}`)]).toEqual([id, found.tasks.includes(id)]);
    }
  });

  /** Whether a workflow in which a task says so would be kept. */
  const saves = (path: string, expression: string): boolean => {
    const document = structuredClone(DOCUMENT) as Record<string, Json>;
    const [, ...steps] = path.split('/');
    let at: Record<string, Json> = document.tasks as Record<string, Json>;
    for (const [index, step] of steps.entries()) {
      at = at[step] as Record<string, Json>;
      if (index < steps.length - 1 && at.tasks !== undefined) at = at.tasks as Record<string, Json>;
    }
    at.concurrency_key = `k ${expression}`;
    const accepted = compileWorkflow(document, { catalogue: registry, schemas });
    return accepted.ok;
  };

  test('a task that is not there is refused', async () => {
    for (const task of ['/nobody', '/each/nobody', '/last/x', '/guard/risk', ''])
      await expect(helpWithExpression(question({ task }), undefined)).rejects.toMatchObject({
        code: 'validation_error',
      });
  });

  test('what would go round, or reads itself', async () => {
    expect((await look('tasks.last.output', { task: '/total' })).errors).toMatchObject([{ code: 'dependency_cycle' }]);
    expect((await look('tasks.total.output', { task: '/total' })).errors).toMatchObject([{ code: 'self_reference' }]);
  });
});

describe('what it gives', () => {
  const sample = { input: { name: 'Ada' }, tasks: { fetch: { output: { status: 200, body: { total: 4 } } } } };

  test('its type, what it reads, its value, and what comes of null', async () => {
    expect(await look('tasks.fetch.output.body.total * 2 + size(input.rows)', { sample })).toMatchObject({
      errors: [],
      type: 'number',
      reads: [
        { path: 'tasks.fetch.output.body.total', type: 'anything' },
        { path: 'input.rows', type: 'list' },
      ],
      // Defaults of the schema are filled in, as when an execution starts.
      result: { value: 8, fails: null },
      when_null: [
        { path: 'tasks.fetch.output', fails: expect.stringContaining('No such key: body') as unknown },
        { path: 'tasks.fetch.output.body', fails: expect.stringContaining('No such key') as unknown },
        { path: 'tasks.fetch.output.body.total', fails: expect.stringContaining('null * number') as unknown },
        { path: 'input.rows', fails: expect.stringContaining('size(null)') as unknown },
      ],
    });
    const guarded = await look('tasks.fetch.output?.status.orValue(0)', { sample });
    expect(guarded.when_null).toMatchObject([
      { path: 'tasks.fetch.output', value: 0, fails: null },
      { value: null, fails: null },
    ]);
  });

  test('below an output that may be missing', async () => {
    expect((await look('tasks.total.output.n')).warnings).toMatchObject([{ code: 'may_be_null' }]);
    expect((await look('tasks.total.output?.n.orValue(1)')).warnings).toEqual([]);
  });

  test('a text, a failure, what the sample lacks, a constant, a secret', async () => {
    expect(await look('Hi ${input.name}!', { sample })).toMatchObject({ type: 'string', result: { value: 'Hi Ada!' } });
    expect(await look('tasks.fetch.output.body.none', { sample })).toMatchObject({
      result: { value: null, fails: expect.stringContaining('none') as unknown },
    });
    expect(await look('tasks.total.status', { sample })).toMatchObject({
      result: null,
      missing_in_sample: ['tasks.total'],
    });
    expect(await look('1 + 1')).toMatchObject({ type: 'number', result: { value: 2 } });
    expect(await look('${secrets.key}', { sample })).toMatchObject({
      errors: [],
      type: 'string',
      reads: [],
      result: { value: { $secret: 'key' } },
    });
  });

  test('without a workflow, on a sample alone', async () => {
    const alone = { compiled: undefined, task: undefined };
    expect(await look('order.total > 3', { ...alone, sample: { order: { total: 4 } } })).toMatchObject({
      errors: [],
      type: 'bool',
      result: { value: true },
    });
    expect(await look('ordr.total', { ...alone, sample: { order: {} } })).toMatchObject({
      errors: [{ did_you_mean: ['order'] }],
    });
  });

  test('a value that is too large to be shown is told of', async () => {
    expect(await look('"x".padEnd(9000, "y") + "x".padEnd(9000, "y")')).toMatchObject({
      result: { value: null, too_large: 18_002 },
    });
  });
});

describe('kept examples', () => {
  test('their data is that of the page, and each works', () => {
    expect(EXAMPLE_DATA).toEqual(readPage(pageText()).context);
    for (const { expression } of SNIPPETS)
      expect([expression, outcomeIn(EXAMPLE_DATA as never, expression)]).toEqual([
        expression,
        expect.not.stringMatching(/^(refused|fails)$/),
      ]);
  });

  test.each<[string, string]>([
    ['How many rows are there?', 'size(input.rows)'],
    ['another value when it is missing', 'input.?nick.orValue("nobody")'],
    ['names joined with a comma', 'input.tags.join(", ")'],
    ['sort descending', 'input.rows.sortBy(r, -r.v)'],
    ['is the list empty', 'size(input.rows) == 0'],
    ['a regular expression', 'input.name.matches("^A.*e$")'],
    ['in capital letters, uppercase', 'input.name.upper()'],
    ['the date of tomorrow', 'string(timestamp(input.at) + duration("24h"))'],
    ['the average', '[1, 2, 6].avg()'],
    ['if it failed with a timeout', 'tasks.pay.status == "failed" && tasks.pay.error.code == "timeout"'],
  ])('%s', (words, expression) => {
    const found = findExamples(words, 6, 0);
    expect(found.map((one) => one.expression)).toContain(expression);
    for (const one of found) expect(JSON.stringify(one.gives)).toBeDefined();
    expect(findExamples(words, 6, 0)).toEqual(found);
  });

  test('words that say nothing find nothing', () => {
    expect(findExamples('what is it for you', 6, 0)).toEqual([]);
    expect(findExamples('ß '.repeat(2000), 6, 0)).toEqual([]);
  });
});

/** A client that answers as it is told, and keeps what it is asked. */
class ClientAtHand {
  readonly requests: LlmRequest[] = [];

  constructor(private readonly candidates: readonly Json[]) {}

  status = () => Promise.resolve({ mode: 'auto' as const, available: true, transports: [], resting: [] });
  isOpen = (): boolean => true;
  judge = (): void => undefined;

  ask(request: LlmRequest): Promise<LlmResult> {
    this.requests.push(request);
    const value = { candidates: [...this.candidates] };
    const usage = { prompt: 1, completion: 1, cached: 0, total: 2, estimated: false };
    return Promise.resolve({
      ...{ text: JSON.stringify(value), value, finish: 'stop', model: 'm', provider: 'p', transport: 't', usage },
      ...{ latency: 1, attempts: 1, calls: ['c'], source: 'model' },
    });
  }
}

const prompts = new PromptLibrary(schemas);
const asked = (client: ClientAtHand) => ({
  models: new ModelAsker({
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
  }),
  budget: { ms: 20_000 },
});

describe('candidates of a model', () => {
  const sample = { input: { name: 'zqName7', rows: [1, 2] } };

  test('are compiled where they are to stand, and tried; what fails is not shown', async () => {
    const client = new ClientAtHand([
      { expression: 'size(input.rows)', why: 'It <b>counts</b> them. See https://evil.example/x' },
      { expression: '${input.rows.size()}' },
      { expression: 'size(input.rows)', why: 'again' },
      { expression: 'input.rows.length' },
      { expression: 'tasks.last.output' },
      { expression: 'rows.count()' },
      { expression: 'input.rows[7]' },
      { expression: 'size(input.rows)\u202e' },
      { expression: '1 + "a"' },
    ]);
    const helped = await helpWithExpression(question({ words: 'how many rows', sample }), asked(client));
    const [first, second, ...kept] = helped.candidates as unknown as (JsonObject & { source: string })[];
    expect(first).toMatchObject({
      source: 'llm',
      expression: 'size(input.rows)',
      type: 'number',
      result: { value: 2 },
      narrative: 'It counts them. See',
    });
    expect(second).toMatchObject({ source: 'llm', expression: 'input.rows.size()', result: { value: 2 } });
    expect(kept.every(({ source }) => source !== 'llm')).toBe(true);
    expect(helped.rejected).toHaveLength(6);
    const without = await helpWithExpression(question({ words: 'how many rows', sample }), undefined);
    expect(kept).toEqual(without.candidates);
    expect([helped.expression, helped.context]).toEqual([without.expression, without.context]);
  });

  test('no value of the sample leaves, and no secret', async () => {
    const client = new ClientAtHand([]);
    const words = 'rows of ann, password=hunter2zq';
    await helpWithExpression(
      question({ words, sample: { ...sample, order: { id: 'zqOrder8' } }, compiled: undefined, task: undefined }),
      asked(client),
    );
    await helpWithExpression(question({ words, sample }), asked(client));
    const sent = JSON.stringify(client.requests);
    expect(sent).toContain('rows of ann');
    expect(sent).not.toMatch(/zqName7|zqOrder8|hunter2zq/);
  });

  test('texts that want to be obeyed change nothing', async () => {
    for (const [index, text] of injections('zqCanary9').entries()) {
      if (index % 12 !== 0) continue;
      const client = new ClientAtHand([{ expression: text.slice(0, 2000), why: text }]);
      const given = question({ words: text, expression: text, sample: { [text]: text, input: { [text]: text } } });
      const [with_, without] = [
        await helpWithExpression(given, asked(client)),
        await helpWithExpression(given, undefined),
      ];
      const kept = (with_.candidates as unknown as { source: string }[]).filter(({ source }) => source !== 'llm');
      expect([kept, with_.expression]).toEqual([without.candidates, without.expression]);
      const [system] = client.requests[0]?.messages ?? [];
      expect(system?.content).not.toContain('zqCanary9');
    }
  });
});
