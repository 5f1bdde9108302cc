import { LLMock } from '@copilotkit/aimock';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { JsonLineReader } from '../../../src/llm/tekton-llm-client/index.js';
import type { LlmProposerParts } from '../../../src/llm/optimizer/proposer/index.js';
import type {
  LinePiece,
  LlmRequest,
  LlmResult,
  TektonLLMClientOptions,
} from '../../../src/llm/tekton-llm-client/index.js';
import { LlmDouble, type Behaviour, type DoubleOptions, type Seen } from '../../../test/llm/double/llm-double.mjs';

type Asks = LlmProposerParts['client'];

/** A way to a model. */
export interface Way {
  readonly name: string;
  readonly client: TektonLLMClientOptions;
  /** What the model answers next. */
  say(answer: Behaviour | string): void;
  /** The client as the proposer gets it, where it is not asked for lines itself. */
  readonly as?: (client: Asks & { ask(request: LlmRequest): Promise<LlmResult> }) => Asks;
  stop(): Promise<void>;
}

/** A client that is asked for whole answers: nothing of them is seen before they are there. */
const inOnePiece: Way['as'] = (client) => ({
  status: () => client.status(),
  judge: (request, isUsable) => client.judge(request, isUsable),
  async *lines(request): AsyncGenerator<LinePiece> {
    const result = await client.ask(request);
    const reader = new JsonLineReader();
    yield { is: 'speaks', transport: result.transport, provider: result.provider, model: result.model };
    yield* [...reader.push(result.text), ...reader.end()];
    yield { is: 'end', result };
  },
});

interface Doubled {
  readonly double: DoubleOptions;
  readonly client: (double: LlmDouble) => TektonLLMClientOptions;
  readonly as?: Way['as'];
}

const openai = ({ openaiUrl: baseUrl }: LlmDouble): TektonLLMClientOptions => ({
  openai: { baseUrl },
  modelId: 'scripted',
});
const rhetor = ({ url }: LlmDouble): TektonLLMClientOptions => ({ rhetorUrl: url });

/** Each speaks to the double in its own way. Where another would be tried first, the double does not know that. */
const DOUBLED: Readonly<Record<string, Doubled>> = {
  'OpenAI, streamed': { double: { speaks: ['openai'] }, client: openai },
  'OpenAI, in one piece': { double: { speaks: ['openai'] }, client: openai, as: inOnePiece },
  'Rhetor, generate': { double: { speaks: ['rhetor'] }, client: rhetor },
  'Rhetor, chat': {
    double: { speaks: ['rhetor'], rhetorForwardsSystem: true, lacks: ['/api/v1/generate'] },
    client: rhetor,
  },
  'client v0, HTTP and events': { double: { speaks: ['v0'] }, client: rhetor },
  'client v0, HTTP in one piece': { double: { speaks: ['v0'] }, client: rhetor, as: inOnePiece },
  'client v0, WebSocket': {
    double: { speaks: ['v0'], lacks: ['/api/v1/chat/stream'] },
    client: (double) => ({ ...rhetor(double), webSocket: true }),
  },
};

/** What a probe of Rhetor's chat asks for, to find out whether system messages are handed on. */
const wordAsked = ({ system = '' }: Seen): string | undefined => /^The word is (\S+)\./.exec(system)?.[1];

const doubled = async (name: string, { double: options, client, as }: Doubled): Promise<Way> => {
  const double = await LlmDouble.start(options);
  let answer: Behaviour | string = '';
  double.model = (seen) => wordAsked(seen) ?? answer;
  return {
    ...{ name, client: client(double), ...(as && { as }) },
    say: (next) => void (answer = next),
    stop: () => double.stop(),
  };
};

/** A mock of OpenAI that others keep. It plays texts only. */
const kept = async (): Promise<Way> => {
  const mock = new LLMock({ port: 0 });
  let answer = '';
  mock.on({}, () => ({ content: answer }));
  const url = await mock.start();
  return {
    ...{
      name: 'OpenAI as aimock has it',
      client: { openai: { baseUrl: `${url}/v1`, apiKey: 'none' }, modelId: 'gpt-4o' },
    },
    say: (next) => void (answer = typeof next === 'string' ? next : 'text' in next ? (next.text ?? '') : ''),
    stop: () => mock.stop(),
  };
};

/** A model of LangChain in this process, in the place of the client. */
const langChain = (): Way => {
  let answer = '';
  const as: Way['as'] = (client) => ({
    judge: (request, isUsable) => client.judge(request, isUsable),
    status: () => Promise.resolve({ mode: 'auto', available: true, transports: [], resting: [] }),
    async *lines(request): AsyncGenerator<LinePiece> {
      const model = new FakeListChatModel({ responses: [answer] });
      const reader = new JsonLineReader();
      yield { is: 'speaks', transport: 'langchain', provider: 'fake', model: 'fake' };
      let text = '';
      for await (const { content } of await model.stream(
        request.messages.map(({ role, content }) => [role, content]),
      )) {
        text += content as string;
        yield* reader.push(content as string);
      }
      yield* reader.end();
      const usage = { prompt: 0, completion: 0, cached: 0, total: 0, estimated: true };
      const by = { model: 'fake', provider: 'fake', transport: 'langchain', source: 'model', finish: 'stop' } as const;
      yield { is: 'end', result: { ...by, text, usage, latency: 0, attempts: 1, calls: [] } };
    },
  });
  return {
    ...{ name: 'a fake model of LangChain', client: {}, as },
    say: (next) => void (answer = typeof next === 'string' ? next : 'text' in next ? (next.text ?? '') : ''),
    stop: () => Promise.resolve(),
  };
};

/** Every way there is: those of the client over our own double, and two that are not ours. */
export const waysToAModel = async (): Promise<Way[]> => [
  ...(await Promise.all(Object.entries(DOUBLED).map(([name, way]) => doubled(name, way)))),
  await kept(),
  langChain(),
];
