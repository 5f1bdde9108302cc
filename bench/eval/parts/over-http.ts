import type { JsonObject } from '../../../src/kernel/index.js';
import type { Behaviour, Seen } from '../../../test/llm/double/llm-double.mjs';
import * as models from '../../../test/llm/double/scripted-models.mjs';
import { Chance } from '../../../src/kernel/index.js';
import { graphOf, WIRINGS, type WiringName } from '../graphs/generator.js';
import { documentOf } from '../graphs/graph.js';
import { idsIn, reasonIn, Served, shownBytes } from '../model/served.js';
import { atMost, quantile, type Figure, type Part, type Table } from '../report.js';
import { needlessEdges } from './needless-edges.js';

export interface OverHttpOptions {
  readonly seed: number;
  readonly first: readonly { readonly tasks: number; readonly runs: number }[];
}

/** One request, and what should come of it. */
interface Checked {
  readonly request: string;
  readonly expected: number;
  readonly status: number;
  readonly said: string;
  /** Whether the suggestions are those of rules alone; undefined: there are none. */
  readonly isAsRules?: boolean;
  /** Whether the model was asked: a service that does not get that far proves nothing. */
  readonly wasAsked?: boolean;
}

const value = (n: number, ...after: string[]): JsonObject => ({
  ...{ type: 'core/value', input: { n } },
  ...(after.length > 0 && { depends_on: after }),
});

const CHAIN = { a: value(1), b: value(2, 'a'), c: value(3, 'b') };
const chain = (name: string, tasks: JsonObject = CHAIN): JsonObject => ({
  ...{ name, version: '1.0.0', tasks },
  output: Object.fromEntries(Object.keys(tasks).map((id) => [id, `\${tasks.${id}.output}`])),
});

type Model = (seen: Seen) => Behaviour | string;
const MODELS: Readonly<Record<string, Model>> = {
  'wants to do harm': models.adversary(1),
  'talks garbage': models.chatty(),
  'says nothing': models.silent(),
  'never answers': models.hanging(),
  drips: models.slow(() => [{ why: 'x'.repeat(20_000) }], 20),
  'breaks off': models.breaking(() => [{ why: 'x'.repeat(2000) }]),
  'answers 500': () => ({ is: 'status', status: 500 }),
  'sends 34 MiB': models.flooding(34 * 2 ** 20),
};

/** Of another length each time: to a model equal workflows are one, and it is asked about them once. */
const row = (length: number): JsonObject =>
  Object.fromEntries(Array.from({ length }, (_, n) => [`t${n}`, n === 0 ? value(n) : value(n, `t${n - 1}`)]));

const withModels = async (served: Served): Promise<Checked[]> => {
  const checked: Checked[] = [];
  for (const [index, [name, model]] of Object.entries(MODELS).entries()) {
    served.double.model = model;
    const id = await served.service.workflow(chain(name.replaceAll(' ', '-'), row(3 + 2 * index)));
    const alone = shownBytes(await served.suggest(id, { llm: 'never' }));
    const before = served.double.seen.length;
    const answer = await served.suggest(id, { budget: { ms: 3000 } });
    checked.push({
      ...{ request: `suggestions, the model ${name}`, expected: 200, status: answer.status },
      ...{ said: reasonIn(answer), isAsRules: shownBytes(answer) === alone },
      wasAsked: served.double.seen.length > before,
    });
    // A good answer in between: what is tried next is to be asked, too.
    served.double.model = models.silent();
    await served.suggest(await served.service.workflow(chain(`after-${index}`, row(4 + 2 * index))));
  }
  return checked;
};

const withoutModel = async (): Promise<Checked[]> => {
  const served = await Served.start(false);
  const id = await served.service.workflow(chain('alone'));
  const alone = shownBytes(await served.suggest(id, { llm: 'never' }));
  const answer = await served.suggest(id);
  const required = await served.suggest(id, { llm: 'require' });
  await served.stop();
  return [
    {
      ...{ request: 'suggestions, no model is configured', expected: 200, status: answer.status },
      ...{ said: reasonIn(answer), isAsRules: shownBytes(answer) === alone },
    },
    {
      ...{ request: 'suggestions with `llm: require`, no model is configured', expected: 503, status: required.status },
      said: codeIn(required.body),
    },
  ];
};

const codeIn = ({ error }: JsonObject): string => (error as { readonly code?: string } | undefined)?.code ?? '';

/** What is refused when a suggestion is applied. */
const applying = async (served: Served): Promise<Checked[]> => {
  const { service, double } = served;
  const checked: Checked[] = [];
  const check = (request: string, expected: number, { status, body }: { status: number; body: JsonObject }): void =>
    void checked.push({ request, expected, status, said: codeIn(body) });

  const stale = await service.workflow(chain('stale'));
  const [first = ''] = idsIn(await served.suggest(stale, { llm: 'never' }));
  check(
    'apply, the version that was seen is another one',
    409,
    await served.act(first, 'apply', {}, { 'if-match': '0.9.0' }),
  );
  await service.send('PUT', `/api/v1/workflows/${stale}`, {
    ...chain('stale'),
    version: '1.1.0',
    description: 'changed',
  });
  check('apply, the workflow has changed since', 409, await served.act(first, 'apply'));

  const facts = (body: object): ReturnType<typeof service.send> => service.send('PUT', '/api/v1/optimizer/facts', body);
  const log = (message: string, ...after: string[]): JsonObject => ({
    ...{ type: 'core/log', input: { message } },
    ...(after.length > 0 && { depends_on: after }),
  });
  const unproved = await service.workflow(chain('unproved', { a: log('a'), b: log('b', 'a') }));
  await facts({ commuting: [['core/log', 'core/log']] });
  const [second = ''] = idsIn(await served.suggest(unproved, { llm: 'never' }));
  await facts({});
  check('apply, what it rested on is true no more', 422, await served.act(second, 'apply'));

  double.model = models.oracle(() => [{ ops: [{ op: 'set_on_error', task: 'T3', on_error: 'continue' }] }]);
  const behaves = await service.workflow(chain('behaves'));
  const [third = ''] = idsIn(await served.suggest(behaves, { kinds: ['proposal'] }));
  check('apply, a change of behaviour that nobody confirmed', 428, await served.act(third, 'apply'));
  check('apply, confirmed', 201, await served.act(third, 'apply', { confirm: true }));
  return checked;
};

/** A graph as a workflow of core tasks. */
const graphDocument = (wiring: WiringName, tasks: number, seed: number): JsonObject => {
  const graph = graphOf(wiring, tasks, seed);
  const document = documentOf(graph, needlessEdges(graph, 'some', new Chance('first', graph.name)));
  const found = Object.entries(document.tasks as Readonly<Record<string, JsonObject>>).map(([id, task]) => [
    ...[id, { ...task, type: 'core/value' }],
  ]);
  return { ...document, version: '1.0.0', tasks: Object.fromEntries(found) as JsonObject };
};

const firstSuggestions = async (
  served: Served,
  { seed, first }: OverHttpOptions,
): Promise<{ figures: Figure[]; table: Table }> => {
  served.double.model = models.silent();
  const wirings = Object.keys(WIRINGS) as WiringName[];
  const measure = async (tasks: number, runs: number): Promise<number[]> => {
    const times: number[] = [];
    for (let run = 0; run < runs; run++)
      for (const wiring of wirings)
        times.push(
          await served.firstSuggestion(await served.service.workflow(graphDocument(wiring, tasks, seed + run))),
        );
    return times;
  };
  // A service that has run for a while is meant.
  await measure(19, 2);
  const measured = [];
  for (const { tasks, runs } of first) measured.push({ tasks, times: await measure(tasks, runs) });
  return {
    figures: measured.map(({ tasks, times }) =>
      atMost(`first suggestion at ${tasks} tasks, p95`, quantile(times, 0.95), 100, 'ms'),
    ),
    table: {
      head: ['tasks', 'streams', 'first suggestion, p50, ms', 'p95, ms', 'worst, ms'],
      rows: measured.map(({ tasks, times }) => [
        ...[tasks, times.length, quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)],
      ]),
    },
  };
};

const NOT_BUILT = 'the project is not built (npm run build).';

export const firstSuggestion = async (options: OverHttpOptions): Promise<Part> => {
  const part = {
    id: 'first-suggestion',
    title: 'How soon the first suggestion is there',
    about:
      'The built service in a process of its own, asked over HTTP: from the request to the first event of the stream that is a suggestion. Each workflow is asked about for the first time; it has half as many needless edges as tasks.',
  };
  if (!Served.isBuilt) return { ...part, figures: [], missing: NOT_BUILT };
  const served = await Served.start();
  try {
    return { ...part, ...(await firstSuggestions(served, options)) };
  } finally {
    await served.stop();
  }
};

export const overHttp = async (): Promise<Part> => {
  const part = {
    id: 'over-http',
    title: 'What is answered over HTTP',
    about:
      'The built service in a process of its own, with models that are absent, hung, garbled or hostile, and requests that must be refused. Suggestions are compared byte for byte, without times, with those of rules alone.',
  };
  if (!Served.isBuilt) return { ...part, figures: [], missing: NOT_BUILT };
  const served = await Served.start();
  try {
    const checked = [...(await withoutModel()), ...(await withModels(served)), ...(await applying(served))];
    return {
      ...part,
      figures: [
        { name: 'requests', value: checked.length },
        atMost('models that were not asked', checked.filter(({ wasAsked }) => wasAsked === false).length, 0),
        atMost(
          'answers with another status than they should have',
          checked.filter(({ status, expected }) => status !== expected).length,
          0,
        ),
        atMost('answers other than of rules alone', checked.filter(({ isAsRules }) => isAsRules === false).length, 0),
      ],
      table: {
        head: ['request', 'status', 'should be', 'reason or code', 'as rules alone'],
        rows: checked.map(({ request, status, expected, said, isAsRules }) => [
          ...[request, String(status), String(expected), said],
          isAsRules === undefined ? '' : isAsRules ? 'yes' : 'no',
        ]),
      },
    };
  } finally {
    await served.stop();
  }
};
