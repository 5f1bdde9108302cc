import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import type { SuggestAnswer } from '../../../src/llm/ports/index.js';
import type { SuggestionDesk } from '../../../src/llm/index.js';
import * as models from '../../../test/llm/double/scripted-models.mjs';
import type { AnswerKey, ScriptedModel } from '../../../test/llm/double/scripted-models.mjs';
import { WIRINGS, type WiringName } from '../graphs/generator.js';
import { closureOf, documentOf, edgesOf, type Edge } from '../graphs/graph.js';
import { compiled } from '../catalogue.js';
import { makespanOf } from '../makespan.js';
import { hiddenDocument, hiddenGraph, observed, secondsOf, type HiddenGraph } from '../model/hidden-graph.js';
import { Knower } from '../model/knower.js';
import { bytesOf, FORGETFUL, ModelDesk } from '../model/model-desk.js';
import { atLeast, atMost, percent, type Part } from '../report.js';

export interface ModelsOptions {
  readonly seed: number;
  /** Of each kind of graph. */
  readonly graphs: number;
  readonly size: number;
  /** Default: all. */
  readonly wirings?: readonly WiringName[];
  readonly models?: readonly string[];
}

const ALL = Object.keys(WIRINGS) as WiringName[];

/** How good a model is; `key` makes the lines of one that knows everything. */
const MODELS: Readonly<Record<string, (key: AnswerKey, seed: number) => ScriptedModel>> = {
  oracle: (key) => models.oracle(key),
  'lazy: half of what it knows': (key) => models.lazy(key, 0.5),
  'lazy: a fifth': (key) => models.lazy(key, 0.2),
  'noisy: 20 % of its lines wrong': (key, seed) => models.noisy(key, 0.2, seed),
  'noisy: 50 %': (key, seed) => models.noisy(key, 0.5, seed),
  'noisy: 80 %': (key, seed) => models.noisy(key, 0.8, seed),
  truncating: (key) => models.truncating(key),
  'breaking off halfway': (key) => models.breaking(key),
  adversary: (_, seed) => models.adversary(seed),
  'plausible adversary': (_, seed) => models.plausible(seed),
  silent: () => models.silent(),
};
/** With these nothing may be other than with rules alone. */
const NO_HELP = new Set(['adversary', 'silent']);
/** Requests for suggestions about one workflow, at most. */
const ROUNDS = 6;

const FASTER = { goal: 'latency', maxSuggestions: 30 } as const;
const SAFER = { goal: 'reliability', maxSuggestions: 30 } as const;

/** What became of one graph with one model. */
interface Outcome {
  readonly before: number;
  readonly after: number;
  readonly lost: number;
  readonly asked: number;
  readonly granted: number;
  readonly retried: number;
  readonly flaky: number;
  /** Suggestions that a gate let pass and that would have been wrong. */
  readonly wrong: number;
  readonly refused: number;
  readonly isAsRules: boolean;
}

const needsOf = ({ scope }: CompiledWorkflow, positions: ReadonlyMap<string, number>): Edge[] => {
  const at = (index: number): number => positions.get((scope.tasks[index] as CompiledTask).id) as number;
  return scope.tasks.flatMap(({ index, needs }) => needs.map((from): Edge => [at(from), at(index)]));
};

/** Orders of the graph that a workflow does not keep. */
const lostIn = (graph: HiddenGraph, workflow: CompiledWorkflow): number => {
  const positions = new Map(graph.steps.map(({ id }, at) => [id, at]));
  const kept = closureOf(graph.steps.length, needsOf(workflow, positions));
  return edgesOf(graph).filter(([from, to]) => !kept.has(from, to)).length;
};

/** One workflow in the hands of somebody who asks a model, answers what it asks, and takes what is suggested. */
class Improving {
  private readonly knower: Knower;
  private wrong = 0;
  private refused = 0;
  private current: CompiledWorkflow | undefined;

  constructor(
    private readonly world: ModelDesk,
    private readonly graph: HiddenGraph,
    private readonly desk: SuggestionDesk,
  ) {
    this.knower = new Knower(graph);
  }

  async run(id: string, model: (key: AnswerKey) => ScriptedModel): Promise<Outcome> {
    const { world, graph, desk, knower } = this;
    world.double.model = model(knower.key(() => this.current as CompiledWorkflow));
    this.current = await world.compiled(id);
    const seconds = secondsOf(graph);
    const before = makespanOf(this.current, seconds);
    const alone = bytesOf((await world.desk().suggest(id, { ...FASTER, llm: 'never' })).suggestions);
    let isAsRules = true;
    for (let round = 0; round < ROUNDS; round++) {
      const answer = await desk.suggest(id, FASTER);
      if (round === 0) isAsRules = bytesOf(answer.suggestions) === alone;
      if (!(await this.take(id, answer))) break;
    }
    await this.retry(id);
    const flaky = graph.steps.filter(({ isFlaky }) => isFlaky);
    const retried = this.current.scope.tasks.filter(
      ({ id: task, retry }) => retry && flaky.some((step) => step.id === task),
    ).length;
    return {
      ...{ before, after: makespanOf(this.current, seconds), lost: lostIn(graph, this.current) },
      ...{ asked: knower.asked, granted: knower.granted, retried, flaky: flaky.length },
      ...{ wrong: this.wrong, refused: this.refused, isAsRules },
    };
  }

  /** Whether anything came of it. */
  private async take(id: string, answer: SuggestAnswer): Promise<boolean> {
    const { desk, knower, world } = this;
    this.refused += answer.rejected.filter(({ source }) => source === 'llm').length;
    let isChanged = knower.hear(answer.questions);
    if (isChanged) await this.state(id);
    while ((await desk.applySafe(id, { goal: 'latency' })).applied) isChanged = true;
    this.current = await world.compiled(id);
    return isChanged;
  }

  /** What a model says of failures; each policy is looked at and confirmed by itself. */
  private async retry(id: string): Promise<void> {
    for (let round = 0; round < this.graph.steps.length; round++) {
      const answer = await this.desk.suggest(id, SAFER);
      this.refused += answer.rejected.filter(({ source }) => source === 'llm').length;
      const [right] = this.policies(answer);
      if (right === undefined) return;
      await this.desk.apply(right, { confirm: true });
      this.current = await this.world.compiled(id);
    }
  }

  private async state(id: string): Promise<void> {
    await this.desk.stateFacts(JSON.parse(JSON.stringify(this.knower.facts)) as never);
    await this.desk.confirm(id, this.knower.said.unordered);
  }

  /** What is not safe by itself, and is right: the others are counted, and left. */
  private policies({ suggestions }: SuggestAnswer): string[] {
    const flaky = new Set(this.graph.steps.flatMap((step) => (step.isFlaky ? [`/${step.id}`] : [])));
    const effectsOf = new Map(this.graph.steps.map((step) => [`/${step.id}`, step.effects]));
    return suggestions.flatMap(({ suggestion: { id, equivalence, ops } }) => {
      if (equivalence !== 'policy-change') return [];
      const tasks = ops.flatMap((op) => (op.op === 'set_retry' ? [op.task] : []));
      if (tasks.some((task) => effectsOf.get(task) === 'write')) this.wrong += 1;
      return tasks.length === ops.length && tasks.every((task) => flaky.has(task)) ? [id] : [];
    });
  }
}

interface Row {
  readonly model: string;
  readonly outcomes: readonly Outcome[];
}

const improveAll = async (world: ModelDesk, options: ModelsOptions, model: string): Promise<Row> => {
  const { seed, graphs, size, wirings = ALL } = options;
  const outcomes: Outcome[] = [];
  for (const wiring of wirings)
    for (let n = 0; n < graphs; n++) {
      const graph = hiddenGraph(wiring, size, seed + n);
      const { desk, client } = world.with({ around: { cache: FORGETFUL } });
      // Facts are about actions everywhere: each graph has its own truth.
      await desk.stateFacts({});
      const id = await world.keep({ ...hiddenDocument(graph), name: `${graph.name} ${model}` }, observed(graph));
      outcomes.push(
        await new Improving(world, graph, desk).run(id, (key) => MODELS[model]?.(key, seed + n) as ScriptedModel),
      );
      await client.shutdown();
    }
  return { model, outcomes };
};

const sum = (outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number =>
  outcomes.reduce((all, one) => all + of(one), 0);

/** Of the time that could be saved, how much is. */
const recovered = (outcomes: readonly Outcome[], ideal: readonly number[]): number =>
  percent(
    sum(outcomes, ({ before, after }) => before - after),
    outcomes.reduce((all, { before }, at) => all + before - (ideal[at] as number), 0),
  );

const idealOf = ({ seed, graphs, size, wirings = ALL }: ModelsOptions): number[] =>
  wirings.flatMap((wiring) =>
    Array.from({ length: graphs }, (_, n) => {
      const graph = hiddenGraph(wiring, size, seed + n);
      return makespanOf(compiled(documentOf(graph)), secondsOf(graph));
    }),
  );

export const scriptedModels = async (options: ModelsOptions): Promise<Part> => {
  const world = await ModelDesk.open();
  try {
    const rows: Row[] = [];
    for (const model of options.models ?? Object.keys(MODELS)) rows.push(await improveAll(world, options, model));
    return partOf(rows, idealOf(options), world);
  } finally {
    await world.close();
  }
};

const partOf = (rows: readonly Row[], ideal: readonly number[], { troubles }: ModelDesk): Part => {
  const of = (name: string): readonly Outcome[] => rows.find(({ model }) => model === name)?.outcomes ?? [];
  const all = rows.flatMap(({ outcomes }) => outcomes);
  const unlike = rows
    .filter(({ model }) => NO_HELP.has(model))
    .flatMap(({ outcomes }) => outcomes.filter(({ isAsRules }) => !isAsRules));
  return {
    id: 'models',
    title: 'Better and worse models',
    about:
      'Graphs of which a workflow tells less than is true: half of the steps use actions of which nobody has said what they do, writes stand in a row although they are about different things, and some reads fail at times. Rules alone must leave all that as it is. Scripted models are asked over HTTP by the real client; they see what a model sees, aliases and figures. Somebody who knows the truth answers what they ask (a question whose answer is no changes nothing), confirms retries of what fails at times, and takes what is safe, until nothing more comes. Saved: of the time that the true graph would save. An order is lost when the result does not keep what data or effects really ask for.',
    figures: [
      { name: 'workflows, each with every model', value: ideal.length },
      { name: 'saved by rules alone', value: recovered(of('silent'), ideal), unit: '%' },
      atLeast('saved with a model that knows what is true', recovered(of('oracle'), ideal), 99, '%'),
      atMost(
        'real orders lost, with any model',
        sum(all, ({ lost }) => lost),
        0,
      ),
      atMost(
        'retries of writes that passed, with any model',
        sum(all, ({ wrong }) => wrong),
        0,
      ),
      atMost('suggestions other than of rules alone, with an adversary or a silent model', unlike.length, 0),
      atMost('failures of the service', troubles.length, 0),
    ],
    table: {
      head: [
        'model',
        'saved, %',
        'retries set, of those needed, %',
        'questions',
        'of them true, %',
        'lines refused',
        'real orders lost',
      ],
      rows: rows.map(({ model, outcomes }) => {
        const asked = sum(outcomes, (one) => one.asked);
        return [
          ...[model, recovered(outcomes, ideal)],
          percent(
            sum(outcomes, ({ retried }) => retried),
            sum(outcomes, ({ flaky }) => flaky),
          ),
          ...[
            asked,
            asked === 0
              ? ''
              : percent(
                  sum(outcomes, ({ granted }) => granted),
                  asked,
                ),
          ],
          ...[sum(outcomes, ({ refused }) => refused), sum(outcomes, ({ lost }) => lost)],
        ];
      }),
    },
  };
};
