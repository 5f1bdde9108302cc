import { canonicalJson, Chance, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { proposalsIn } from '../../../src/llm/optimizer/proposer/index.js';
import { NO_FACTS } from '../../../src/llm/optimizer/ir/index.js';
import { check } from '../../../src/llm/optimizer/verify/index.js';
import { patched } from '../../../src/llm/suggestion/document-patch.js';
import { JsonLineReader, TektonLLMError } from '../../../src/llm/tekton-llm-client/index.js';
import { garbledBody } from '../../../test/llm/corpus/garbled-body.js';
import { recordedAnswers, type RecordedAnswer } from '../../../test/llm/corpus/recorded-answers.js';
import { LlmDouble } from '../../../test/llm/double/llm-double.mjs';
import { injections } from '../../../test/llm/injections.mjs';
import { compiled } from '../catalogue.js';
import { FORGETFUL, ModelDesk } from '../model/model-desk.js';
import { waysToAModel, type Way } from '../model/transports.js';
import { atLeast, atMost, percent, type Part } from '../report.js';

export interface RobustnessOptions {
  readonly seed: number;
  /** Of the answers, every so many-th goes every way; each of the others goes two. */
  readonly everyWay: number;
  /** Garbled texts of each answer, and garbled bodies of each dialect. */
  readonly garbled: number;
  /** At most so many answers. */
  readonly most: number;
}

/** The workflow of which all answers tell: reads, work, writes, and an order that nobody needs. */
const DOCUMENT: JsonObject = {
  name: 'w',
  tasks: {
    a: { type: 't/read' },
    b: { type: 't/read', depends_on: ['a'] },
    c: { type: 't/pure', input: { of: '${tasks.b.output}' } },
    d: { type: 't/write', depends_on: ['c'] },
    e: { type: 't/write', depends_on: ['d'] },
    f: { type: 't/pure', input: { of: '${tasks.a.output}' } },
  },
  output: { c: '${tasks.c.output}', d: '${tasks.d.output}', e: '${tasks.e.output}', f: '${tasks.f.output}' },
};

const valuesIn = (text: string): readonly Json[] => {
  const reader = new JsonLineReader();
  return [...reader.push(text), ...reader.end()].flatMap((line) =>
    line.is === 'value' ? proposalsIn(line.value) : [],
  );
};

/** Of what an answer says, how much is read. */
const recoveredOf = ({ text, said }: RecordedAnswer): number => {
  const found = new Set(valuesIn(text).map(canonicalJson));
  return said.filter((line) => found.has(canonicalJson(line as Json))).length;
};

/** Breaks a text somewhere, or puts it together in another way. */
const garbledText = (text: string, chance: Chance): string => {
  const at = chance.below(text.length + 1);
  const sign = '"{}[]:,\\\n\u0000\ud800<'.charAt(chance.below(12));
  return chance.pick([
    text.slice(0, at),
    text.slice(0, at) + text.slice(at + 1 + chance.below(5)),
    text.slice(0, at) + sign + text.slice(at),
    text.slice(at) + text.slice(0, at),
    text.replaceAll(chance.pick(['"', '{', '}', ':', '\n', ',']), sign),
  ]);
};

/** How an answer was classed: what is said of it where nothing came of it, else what came. */
type Class = string;

interface Heard {
  readonly is: Class;
  readonly suggestions: readonly string[];
}

/** Asks through one way after the other, and looks at what was let pass. */
class Listener {
  readonly crashes: string[] = [];
  readonly classes = new Map<string, Map<Class, number>>();
  asked = 0;
  unverified = 0;
  private readonly verified = new Map<string, boolean>();

  constructor(
    private readonly world: ModelDesk,
    private readonly workflow: string,
  ) {}

  async hear(way: Way, answer: string): Promise<Heard> {
    const { client, desk } = this.world.with({
      ...{ client: way.client, around: { cache: FORGETFUL } },
      ...(way.as && { as: way.as }),
    });
    way.say(answer);
    this.asked += 1;
    const heard = await desk
      .suggest(this.workflow, { budget: { ms: 60_000 } })
      .catch((error: unknown) => void this.crashes.push(`${way.name}: ${String(error)}`));
    await client.shutdown();
    if (!heard) return this.count(way, { is: 'crash', suggestions: [] });
    const { suggestions, degraded, questions, rejected } = heard;
    for (const { suggestion } of suggestions) if (!(await this.isVerified(suggestion.id))) this.unverified += 1;
    const usable =
      questions.length + rejected.length > 0 || suggestions.some(({ suggestion }) => suggestion.source !== 'rules');
    const is = usable ? 'of use' : (degraded?.reason ?? 'nothing said');
    return this.count(way, { is, suggestions: suggestions.map(({ suggestion: { id } }) => id) });
  }

  private count({ name }: Way, heard: Heard): Heard {
    const counts = this.classes.get(name) ?? new Map<Class, number>();
    counts.set(heard.is, (counts.get(heard.is) ?? 0) + 1);
    this.classes.set(name, counts);
    return heard;
  }

  /** Whether the checker accepts it once more: of the patch, as whoever applies it would get it. */
  private async isVerified(id: string): Promise<boolean> {
    const known = this.verified.get(id);
    if (known !== undefined) return known;
    const stored = await this.world.storage.suggestions.find(id);
    const base = await this.world.compiled(this.workflow);
    const document = stored && patched(base.document, stored.suggestion.patch);
    const isSound =
      stored !== undefined &&
      document !== undefined &&
      stored.suggestion.equivalence !== 'behaviour-change' &&
      check({ base, candidate: compiled(document), claim: stored.certificate, facts: NO_FACTS }).ok;
    this.verified.set(id, isSound);
    return isSound;
  }
}

/** Bodies that are garbled below the answer: whatever comes of them is an answer or an error of ours. */
const garbledBodies = async (
  world: ModelDesk,
  { seed, garbled }: RobustnessOptions,
): Promise<{ sent: number; wild: number }> => {
  const result = { sent: 0, wild: 0 };
  for (const dialect of ['rhetor', 'v0', 'openai'] as const) {
    const double = await LlmDouble.start({ speaks: [dialect] });
    const chance = new Chance('garbled bodies', dialect, seed);
    const address =
      dialect === 'openai' ? { openai: { baseUrl: double.openaiUrl }, modelId: 'm' } : { rhetorUrl: double.url };
    for (let n = 0; n < garbled * 20; n++) {
      const { client } = world.with({ client: { ...address, maxRetries: 0 }, around: { cache: FORGETFUL } });
      const { text, streams } = garbledBody(dialect, chance);
      double.model = () => ({ is: 'garbage', text, ...(streams && { type: 'text/event-stream' }) });
      const ask = { messages: [{ role: 'user', content: 'x' }] } as const;
      const run = async (): Promise<unknown> => {
        if (!streams) return client.ask(ask);
        for await (const piece of client.stream(ask)) if (piece.is === 'end') return piece.result;
        throw new Error('a stream ended without its end');
      };
      const error = await run().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      result.sent += 1;
      if (error !== undefined && !(error instanceof TektonLLMError)) result.wild += 1;
      await client.shutdown();
    }
    await double.stop();
  }
  return result;
};

interface Tally {
  read: number;
  said: number;
  answers: number;
}

const readAll = (answers: readonly RecordedAnswer[]): Map<string, Tally> => {
  const families = new Map<string, Tally>();
  for (const answer of answers) {
    const tally = families.get(answer.family) ?? { read: 0, said: 0, answers: 0 };
    tally.answers += 1;
    tally.said += answer.said.length;
    tally.read += recoveredOf(answer);
    families.set(answer.family, tally);
  }
  return families;
};

/** Garbled texts that broke the reader. */
const broken = (answers: readonly RecordedAnswer[], { seed, garbled }: RobustnessOptions): number => {
  const chance = new Chance('garbled answers', seed);
  let count = 0;
  for (const { text } of answers)
    for (let n = 0; n < garbled; n++)
      try {
        valuesIn(garbledText(text, chance));
      } catch {
        count += 1;
      }
  return count;
};

export const robustness = async (options: RobustnessOptions): Promise<Part> => {
  const recorded = recordedAnswers().slice(0, options.most);
  const hostile = injections('evilWord').slice(0, options.most);
  const chance = new Chance('garbled for the wire', options.seed);
  const world = await ModelDesk.open();
  const ways = await waysToAModel();
  try {
    const listener = new Listener(world, await world.keep(DOCUMENT));
    const texts = [
      ...recorded.map(({ text }) => text),
      ...recorded.map(({ text }) => garbledText(text, chance)),
      ...hostile,
    ];
    let otherwise = 0;
    for (const [index, text] of texts.entries()) {
      const [first, ...others] = ways as [Way, ...Way[]];
      const chosen = index % options.everyWay === 0 ? others : [others[index % others.length] as Way];
      const expected = (await listener.hear(first, text)).suggestions.join();
      for (const way of chosen) if ((await listener.hear(way, text)).suggestions.join() !== expected) otherwise += 1;
    }
    const bodies = await garbledBodies(world, options);
    const families = readAll(recorded);
    return partOf({
      families,
      listener,
      bodies,
      otherwise,
      texts,
      broken: broken(recorded, options),
      troubles: world.troubles,
    });
  } finally {
    for (const way of ways) await way.stop();
    await world.close();
  }
};

interface Findings {
  readonly families: ReadonlyMap<string, Tally>;
  readonly listener: Listener;
  readonly bodies: { readonly sent: number; readonly wild: number };
  readonly otherwise: number;
  readonly texts: readonly string[];
  readonly broken: number;
  readonly troubles: readonly string[];
}

const partOf = ({ families, listener, bodies, otherwise, texts, broken: thrown, troubles }: Findings): Part => {
  const all = [...families.values()];
  const [read, said] = [all.reduce((sum, one) => sum + one.read, 0), all.reduce((sum, one) => sum + one.said, 0)];
  const classes = [...new Set([...listener.classes.values()].flatMap((counts) => [...counts.keys()]))].sort();
  return {
    id: 'robustness',
    title: 'Answers in every shape',
    about:
      'Answers in the shapes that models give: as they were asked, in fences, lists, envelopes and calls of tools, amid prose in several languages, misspelt, after thoughts, cut, repeated, and none at all. Each also garbled, and texts that want to be obeyed. They go through every transport of the client to the desk; the same answer must give the same suggestions whatever brought it. Bodies are garbled below the answer, too. Each suggestion that came of them is proved once more from its patch.',
    figures: [
      { name: 'answers, those garbled and hostile included', value: texts.length },
      { name: 'requests over all ways', value: listener.asked },
      atMost('requests that failed', listener.crashes.length + thrown, 0),
      atMost('suggestions that the checker does not accept again', listener.unverified, 0),
      atMost('answers of which another way made something else', otherwise, 0),
      { name: 'garbled bodies', value: bodies.sent },
      atMost('garbled bodies that gave neither an answer nor an error of ours', bodies.wild, 0),
      atLeast('lines read, of those that a careful reader finds', percent(read, said), 90, '%'),
      atMost('failures of the service', troubles.length, 0),
    ],
    table: {
      head: ['way', ...classes],
      rows: [...listener.classes].map(([way, counts]) => [way, ...classes.map((one) => counts.get(one) ?? 0)]),
    },
  };
};
