import type { TektonLLMClientOptions } from '../../../src/llm/index.js';
import { LlmDouble, type Behaviour, type DoubleOptions, type Seen } from '../../../test/llm/double/llm-double.mjs';
import * as models from '../../../test/llm/double/scripted-models.mjs';
import { hiddenDocument, hiddenGraph } from '../model/hidden-graph.js';
import { bytesOf, FORGETFUL, ModelDesk } from '../model/model-desk.js';
import { atMost, type Part } from '../report.js';

export interface NoAnswerOptions {
  readonly seed: number;
  /** Requests to each. */
  readonly runs: number;
  /** ms that a request may take. */
  readonly deadline: number;
  readonly tasks: number;
}

interface Fault {
  readonly double?: DoubleOptions;
  /** Where the double is not what the client is sent to. */
  readonly client?: (double: LlmDouble) => TektonLLMClientOptions;
  readonly model?: (seed: number) => (seen: Seen) => Behaviour | string;
}

const openai = ({ openaiUrl: baseUrl }: LlmDouble): TektonLLMClientOptions => ({
  openai: { baseUrl },
  modelId: 'scripted',
});
const rhetor = ({ url }: LlmDouble): TektonLLMClientOptions => ({ rhetorUrl: url });
const text = (answer: string) => (): (() => string) => () => answer;
const one = (behaviour: Behaviour) => (): (() => Behaviour) => () => behaviour;

const LINE = '{"ops":[{"op":"remove_edge","task":"T2","needs":"T1"}]}\n';
/** Port that nobody listens on: reserved for a service that was given up long ago (TCP Port Service Multiplexer). */
const CLOSED = 'http://127.0.0.1:1';

const OVER_OPENAI: Readonly<Record<string, NonNullable<Fault['model']>>> = {
  'never answers': models.hanging,
  'answers after the deadline, a piece at a time': () => models.slow(() => [{ why: 'x'.repeat(20_000) }], 20),
  'says nothing': models.silent,
  'talks, and answers nothing': models.chatty,
  'wants to do harm': models.adversary,
  refuses: one({ is: 'refusal', text: 'I can not help with that.' }),
  'stops in the middle of its first line': one({ is: 'truncated', text: LINE.slice(0, 20) }),
  'breaks off': one({ is: 'cut', text: `{"why":"${'x'.repeat(900)}"}` }),
  'sends half a JSON': one({ is: 'garbage' }),
  'sends a page': one({ is: 'html' }),
  'sends noise': one({ is: 'garbage', text: '\u0000\ufffd\u0007{{{]]]'.repeat(500), type: 'text/event-stream' }),
  'sends 40 MiB': () => models.flooding(40 * 2 ** 20),
  'sends 20,000 lines of garbage': text('x}{\n'.repeat(20_000)),
  'sends a line of 2 MB': text(`{"ops":[{"op":"${'x'.repeat(2_000_000)}"}]}\n`),
  'sends JSON 10,000 deep': text(`${'{"ops":['.repeat(10_000)}${']}'.repeat(10_000)}\n`),
  'closes the connection': one({ is: 'reset' }),
  'answers 500': one({ is: 'status', status: 500 }),
  'answers 429, try in a minute': one({ is: 'status', status: 429, retryAfter: 60 }),
  'answers 401': one({ is: 'status', status: 401 }),
  'sends on to another address': one({ is: 'redirect', to: 'http://127.0.0.1:1/v1/chat/completions' }),
};

const FAULTS: Readonly<Record<string, Fault>> = {
  'is not configured': { client: () => ({}) },
  'is not there': { client: () => ({ openai: { baseUrl: `${CLOSED}/v1` }, modelId: 'scripted' }) },
  'takes connections, and says nothing': { double: { speaks: ['openai'], isDeaf: true } },
  'Rhetor takes connections, and says nothing': { double: { isDeaf: true }, client: rhetor },
  'Rhetor never answers': { double: {}, client: rhetor, model: models.hanging },
  'Rhetor answers with an error of its own': { double: {}, client: rhetor, model: text("{'error': 'no specialist'}") },
  'the old server answers with its apology': {
    ...{ double: { speaks: ['v0'] }, client: rhetor },
    model: one({ is: 'fallback', text: 'I apologize, but I can not reach the model.' }),
  },
  ...Object.fromEntries(Object.entries(OVER_OPENAI).map(([name, model]): [string, Fault] => [name, { model }])),
};

interface Row {
  readonly fault: string;
  readonly reasons: readonly string[];
  readonly unlike: number;
  readonly times: readonly number[];
}

const withFault = async (world: ModelDesk, fault: string, options: NoAnswerOptions): Promise<Row> => {
  const { double: speaks = { speaks: ['openai'] as const }, client = openai, model } = FAULTS[fault] as Fault;
  const double = await LlmDouble.start(speaks);
  const id = await world.keep({ ...hiddenDocument(hiddenGraph('layered', options.tasks, options.seed)), name: fault });
  const alone = bytesOf((await world.desk().suggest(id, { llm: 'never' })).suggestions);
  const [reasons, times] = [new Set<string>(), [] as number[]];
  let unlike = 0;
  for (let run = 0; run < options.runs; run++) {
    // None of them knows what the one before met.
    const { desk, client: own } = world.with({ client: client(double), around: { cache: FORGETFUL } });
    if (model) double.model = model(options.seed + run);
    const begun = performance.now();
    const { suggestions, degraded } = await desk.suggest(id, { budget: { ms: options.deadline } });
    times.push(performance.now() - begun);
    reasons.add(degraded?.reason ?? '');
    if (bytesOf(suggestions) !== alone) unlike += 1;
    await own.shutdown();
  }
  await double.stop();
  return { fault, reasons: [...reasons], unlike, times };
};

/** What is left of the first request when a library is loaded, and code is compiled. */
const warmUp = async (world: ModelDesk): Promise<void> => {
  const { desk } = world.with();
  await desk.suggest(await world.keep(hiddenDocument(hiddenGraph('tree', 12, 0))), {});
};

export const noAnswer = async (options: NoAnswerOptions): Promise<Part> => {
  const world = await ModelDesk.open();
  try {
    await warmUp(world);
    const rows: Row[] = [];
    for (const fault of Object.keys(FAULTS)) rows.push(await withFault(world, fault, options));
    return partOf(rows, options, world.troubles);
  } finally {
    await world.close();
  }
};

const partOf = (rows: readonly Row[], { deadline, tasks }: NoAnswerOptions, troubles: readonly string[]): Part => {
  const over = (times: readonly number[]): number => Math.max(0, ...times.map((time) => time - deadline));
  return {
    id: 'no-answer',
    title: 'Answers that are none',
    about: `A workflow of ${tasks} tasks, and models that are not there, late, cut off, garbled or hostile, each asked by a client that knows nothing of it. Every request may take ${deadline} ms. The suggestions are compared byte for byte, without times, with those of rules alone.`,
    figures: [
      { name: 'ways not to answer', value: rows.length },
      atMost(
        'answers other than of rules alone',
        rows.reduce((all, { unlike }) => all + unlike, 0),
        0,
      ),
      atMost('time over the deadline, worst', over(rows.flatMap(({ times }) => times)), 100, 'ms'),
      atMost('failures of the service', troubles.length, 0),
    ],
    table: {
      head: ['the model', 'what is said of it (degraded)', 'as rules alone', 'longest, ms'],
      rows: rows.map(({ fault, reasons, unlike, times }) => [
        ...[fault, reasons.join(', '), unlike === 0 ? 'yes' : 'no', Math.max(...times)],
      ]),
    },
  };
};
