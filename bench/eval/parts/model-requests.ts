import { randomUUID } from 'node:crypto';
import { Chance, type JsonObject } from '../../../src/kernel/index.js';
import { buildHistory, type ObservedExecution } from '../../../src/llm/optimizer/simulate/index.js';
import { improve } from '../../../src/llm/optimizer/prove/index.js';
import {
  estimateMessages,
  type LlmRequest,
  type TektonLLMClientOptions,
} from '../../../src/llm/tekton-llm-client/index.js';
import type { LlmDouble } from '../../../test/llm/double/llm-double.mjs';
import * as models from '../../../test/llm/double/scripted-models.mjs';
import { compiled } from '../catalogue.js';
import { graphOf, WIRINGS, type WiringName } from '../graphs/generator.js';
import { documentOf } from '../graphs/graph.js';
import { subjectOf } from '../improved.js';
import { hiddenDocument, hiddenGraph, observed, type HiddenStep } from '../model/hidden-graph.js';
import { FORGETFUL, ModelDesk } from '../model/model-desk.js';
import { atMost, quantile, type Figure, type Part, type Table } from '../report.js';
import { needlessEdges } from './needless-edges.js';

export interface ModelRequestsOptions {
  readonly seed: number;
  /** Workflows of 20 tasks that a model is told of. */
  readonly prompts: number;
  /** Tasks of the largest one. */
  readonly largest: number;
  readonly repeats: number;
  /** Calls of each kind that the ledger writes down. */
  readonly calls: number;
}

interface Size {
  readonly tokens: number;
  readonly bytes: number;
}

/** A workflow, and what was seen of it. */
interface Told {
  readonly document: JsonObject;
  readonly own: readonly ObservedExecution[];
}

/** Kinds of workflows that a model is told of. */
const KINDS: Readonly<Record<string, (wiring: WiringName, size: number, seed: number) => Told>> = {
  'effects known, some needless edges': (wiring, size, seed) => {
    const graph = graphOf(wiring, size, seed);
    const document = documentOf(graph, needlessEdges(graph, 'some', new Chance('told', graph.name)));
    const hidden = { ...hiddenGraph(wiring, size, seed), steps: graph.steps as HiddenStep[] };
    return { document, own: observed(hidden) };
  },
  'effects partly unknown, all in a row': (wiring, size, seed) => {
    const graph = hiddenGraph(wiring, size, seed);
    return { document: hiddenDocument(graph), own: observed(graph) };
  },
};

/** What is sent about a workflow, as it arrives. */
const sizeOf = async (world: ModelDesk, { document, own }: Told): Promise<Size> => {
  const { proposer, client } = world.with({ around: { cache: FORGETFUL } });
  const subject = subjectOf(compiled(document));
  const around = { until: own[0]?.endedAt ?? 0, windowDays: 30, others: [], documents: new Map([['today', document]]) };
  const request = {
    ...{ workflow: randomUUID(), version: '1.0.0', subject, goal: 'latency' as const, most: 10, experience: [] },
    ...{ history: buildHistory(subject.study.workflow, { ...around, own }), traceId: randomUUID() },
    // Of a large one findings are no part of what is asked here.
    found: subject.study.places.tasks.length > 200 ? [] : improve(subject).map(({ kind, ops }) => ({ kind, ops })),
    budget: { ms: 60_000 },
  };
  for await (const told of proposer.propose(request, new AbortController().signal))
    if (told.is === 'degraded') throw new Error(`nothing was sent: ${told.reason}`);
  await client.shutdown();
  const { messages } = world.double.requests.at(-1)?.body as unknown as Pick<LlmRequest, 'messages'>;
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return { tokens: estimateMessages(messages), bytes };
};

const prompts = async (
  world: ModelDesk,
  { seed, prompts: count, largest }: ModelRequestsOptions,
): Promise<{ readonly figures: Figure[]; readonly table: Table }> => {
  world.double.model = models.silent();
  const wirings = Object.keys(WIRINGS) as WiringName[];
  const sizes = new Map<string, Size[]>();
  for (const [kind, told] of Object.entries(KINDS)) {
    sizes.set(kind, []);
    for (let n = 0; n < count; n++)
      sizes.get(kind)?.push(await sizeOf(world, told(wirings[n % wirings.length] as WiringName, 20, seed + n)));
  }
  const large: Size[] = [];
  for (const tasks of [100, 300, largest]) {
    const graph = hiddenGraph('random', tasks, seed);
    large.push(await sizeOf(world, { document: hiddenDocument(graph), own: observed(graph).slice(0, 1) }));
  }
  const small = [...sizes.values()].flat();
  const tokensOf = (some: readonly Size[]): number[] => some.map(({ tokens }) => tokens);
  const bytes = Math.max(...[...small, ...large].map((size) => size.bytes));
  return {
    figures: [
      atMost('tokens of a request about 20 tasks, median (estimated)', quantile(tokensOf(small), 0.5), 1500),
      atMost(`bytes of any request, up to ${largest} tasks`, bytes, 48 * 1024),
    ],
    table: {
      head: ['workflows of 20 tasks', 'number', 'tokens, median', 'tokens, most', 'bytes, most'],
      rows: [...sizes].map(([kind, some]) => [
        ...[kind, some.length, quantile(tokensOf(some), 0.5), Math.max(...tokensOf(some))],
        Math.max(...some.map((size) => size.bytes)),
      ]),
    },
  };
};

/** The same question again, while nothing has changed. */
const repeats = async (world: ModelDesk, { seed, repeats: count }: ModelRequestsOptions): Promise<Figure[]> => {
  const { desk } = world.with();
  const times: number[] = [];
  let calls = 0;
  for (const tasks of [20, 100]) {
    const graph = hiddenGraph('layered', tasks, seed);
    const id = await world.keep({ ...hiddenDocument(graph), name: `again-${tasks}` });
    world.double.model = models.oracle(() => [{ ask: 'order', task: 'T2', other: 'T1' }]);
    await desk.suggest(id, {});
    const before = world.double.seen.length;
    for (let n = 0; n < count; n++) {
      const begun = performance.now();
      await desk.suggest(id, {});
      times.push(performance.now() - begun);
    }
    calls += world.double.seen.length - before;
  }
  return [
    atMost('calls of a model for requests that were answered before', calls, 0),
    atMost('time of a request that was answered before, p95', quantile(times, 0.95), 10, 'ms'),
  ];
};

/** Ways to a server that says what a call took, and ways whose figures are none: words of Rhetor are no tokens. */
const COUNTING: Readonly<Record<string, (double: LlmDouble) => TektonLLMClientOptions>> = {
  openai: ({ openaiUrl: baseUrl }) => ({ openai: { baseUrl }, modelId: 'scripted' }),
  v0: ({ url }) => ({ rhetorUrl: url }),
};

interface Booked {
  readonly reported: number;
  readonly written: number;
  readonly calls: number;
  readonly writtenCalls: number;
  readonly unreported: number;
  readonly flagged: number;
}

/** Calls of two purposes: of one the server says what it took, of the other it does not. Half of them are streamed. */
const book = async (speaks: 'openai' | 'v0', { seed, calls }: ModelRequestsOptions): Promise<Booked> => {
  const world = await ModelDesk.open({ speaks: [speaks] });
  const chance = new Chance('usage', speaks, seed);
  const { client, ledger } = world.with({
    ...{ client: { ...COUNTING[speaks]?.(world.double), maxRetries: 0 }, around: { cache: FORGETFUL } },
  });
  let reported = 0;
  for (let n = 0; n < 2 * calls; n++) {
    const isReported = n % 2 === 0;
    const [asked, answered] = [1 + chance.below(5000), 1 + chance.below(800)];
    const cached = chance.below(asked);
    const usage = {
      ...{ prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered },
      prompt_tokens_details: { cached_tokens: cached },
    };
    const is = chance.pick(['text', 'text', 'truncated'] as const);
    if (isReported) reported += asked + answered;
    world.double.script({ is, text: 'x '.repeat(1 + chance.below(50)), usage: isReported ? usage : null });
    const request: LlmRequest = {
      messages: [{ role: 'user', content: `question ${n}` }],
      purpose: isReported ? 'reported' : 'unreported',
    };
    if (chance.happens(0.5)) await client.ask(request);
    else for await (const piece of client.stream(request)) if (piece.is === 'end') break;
  }
  const report = await ledger.usage({ from: 0, until: Number.MAX_SAFE_INTEGER, groupBy: ['purpose'] });
  const of = (purpose: string) => report.groups.find(({ key }) => key.purpose === purpose);
  const result = {
    ...{ reported, written: of('reported')?.total ?? 0, calls: world.double.seen.length, writtenCalls: report.calls },
    ...{ unreported: calls, flagged: of('unreported')?.estimatedCalls ?? 0 },
  };
  await world.close();
  return result;
};

const ledgerFigures = async (options: ModelRequestsOptions): Promise<Figure[]> => {
  const all = [await book('openai', options), await book('v0', options)];
  const sum = (of: (one: Booked) => number): number => all.reduce((total, one) => total + of(one), 0);
  return [
    { name: 'calls of which the ledger was told', value: sum(({ calls }) => calls) },
    atMost(
      'calls that are not in the ledger',
      sum(({ calls, writtenCalls }) => Math.abs(calls - writtenCalls)),
      0,
    ),
    { name: 'tokens that servers reported', value: sum(({ reported }) => reported) },
    atMost(
      'tokens by which the ledger differs',
      sum(({ reported, written }) => Math.abs(reported - written)),
      0,
    ),
    atMost(
      'calls without a report that are not marked as guesses',
      sum(({ unreported, flagged }) => Math.abs(unreported - flagged)),
      0,
    ),
  ];
};

export const modelRequests = async (options: ModelRequestsOptions): Promise<Part> => {
  const world = await ModelDesk.open();
  try {
    const { figures: sizes, table } = await prompts(world, options);
    const figures = [...sizes, ...(await repeats(world, options)), ...(await ledgerFigures(options))];
    return {
      id: 'requests',
      title: 'What a model is sent, and what is written down',
      about:
        'Prompts about workflows that have run often, as they arrive over HTTP; tokens are estimated as everywhere in the service (within a tenth of o200k_base for such texts). The same question asked again while nothing has changed. Calls over the OpenAI-compatible transport and the old protocol, whole and streamed, some cut, with figures that the server reports, and with none.',
      figures: [...figures, atMost('failures of the service', world.troubles.length, 0)],
      table,
    };
  } finally {
    await world.close();
  }
};
