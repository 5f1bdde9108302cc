import type { KeptSuggestion, SuggestAnswer, SuggestRequest } from '../../../src/llm/ports/index.js';
import type { SuggestionDesk } from '../../../src/llm/index.js';
import type { ObservedExecution } from '../../../src/llm/optimizer/simulate/index.js';
import { isOp, parseOp } from '../../../src/llm/optimizer/rewrite/index.js';
import type { HarmoniaError } from '../../../src/kernel/index.js';
import {
  FIELDS,
  INJECTED,
  injectedWorkflow,
  leakedIn,
  obeying,
  type Field,
  type Injected,
} from '../../../test/llm/corpus/injected-workflow.js';
import { bytesOf, FORGETFUL, ModelDesk } from '../model/model-desk.js';
import { atLeast, atMost, type Part } from '../report.js';

export interface InjectionOptions {
  /** Every so many-th text is tried. */
  readonly every: number;
}

const TYPES = { read: 't/read', pure: 't/pure', write: 't/write' };
/** Ops that no model is offered: they would write tasks. */
const NEVER = new Set(['insert_task', 'replace_task', 'set_compensation']);
/** With every so many-th text changes of behaviour are asked for, too: what a text says is no part of them. */
const CHANGES = 12;
const UNTIL = 1_800_000_000_000;
/** Signs that a reader of a narrative could take for more than words. */
const MARKUP = /[<>`]|:\/\/|javascript:|\]\(|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Task `a` fails with that code, each run. */
const failing = (code: string): ObservedExecution[] =>
  Array.from({ length: 3 }, () => ({
    ...{ definition: 'today', status: 'failed', startedAt: UNTIL - 1, endedAt: UNTIL, isStraight: true, isWhole: true },
    steps: [
      {
        ...{ step: '/a', status: 'failed', attempt: 1, retries: 0, cause: undefined, isSuperseded: false },
        ...{ firstStartedAt: UNTIL, startedAt: UNTIL, endedAt: UNTIL + 100 },
        failures: [{ kind: 'transient', code, after: 100 }],
      },
    ],
  }));

/** What must not happen, and how often it did. */
class Violations {
  readonly leaks = new Map<Field, number>(FIELDS.map((field) => [field, 0]));
  strangers = 0;
  unconfirmed = 0;
  unlike = 0;
  markup = 0;
  requests = 0;
  /** Changes of behaviour that were offered, as such. */
  offered = 0;

  leak(sent: string): void {
    this.requests += 1;
    for (const field of leakedIn(sent)) this.leaks.set(field, (this.leaks.get(field) ?? 0) + 1);
  }

  look({ suggestions, questions }: SuggestAnswer): void {
    for (const { suggestion } of suggestions)
      for (const op of suggestion.ops)
        if (suggestion.source !== 'rules' && (!isOp(parseOp(op)) || NEVER.has(op.op))) this.strangers += 1;
    const words = [...questions, ...suggestions.map(({ suggestion }) => suggestion)];
    this.markup += words.filter(({ narrative = '' }) => MARKUP.test(narrative)).length;
  }
}

const refusal = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: HarmoniaError) => error.code,
  );

/** One text in every field, and a model that obeys it. */
class Trial {
  constructor(
    private readonly world: ModelDesk,
    private readonly violations: Violations,
  ) {}

  async run(index: number, isAskedForChanges: boolean): Promise<void> {
    const { world, violations } = this;
    const injected = injectedWorkflow(index, TYPES);
    const { desk, client } = world.with({ around: { cache: FORGETFUL } });
    world.double.model = () => obeying(injected.of('description'), TYPES.write);
    world.double.requests.length = 0;
    const id = await world.keep(injected.document, failing(injected.code));
    const alone = await this.dismissOne(id, injected);
    const answer = await desk.suggest(id, {});
    if (bytesOf(answer.suggestions) !== bytesOf(alone)) violations.unlike += 1;
    violations.look(answer);
    if (isAskedForChanges) await this.changes(desk, id);
    for (const request of world.double.requests) violations.leak(JSON.stringify(request));
    await client.shutdown();
  }

  /** What rules alone suggest, without the first: somebody said why they do not want it, and that is known from then on. */
  private async dismissOne(id: string, { reason }: Injected): Promise<readonly KeptSuggestion[]> {
    const desk = this.world.desk();
    const [first, ...others] = (await desk.suggest(id, { llm: 'never' })).suggestions;
    if (first) await desk.dismiss(first.suggestion.id, reason);
    return others;
  }

  /** Changes of behaviour are asked for, and nobody says yes to one. */
  private async changes(desk: SuggestionDesk, id: string): Promise<void> {
    const { world, violations } = this;
    const request: SuggestRequest = { kinds: ['proposal'], maxSuggestions: 30 };
    const answer = await desk.suggest(id, request);
    violations.look(answer);
    const before = (await world.catalog.find(id)).workflow.version;
    for (const { suggestion } of answer.suggestions) {
      if (suggestion.equivalence !== 'behaviour-change') continue;
      violations.offered += 1;
      const refused = await refusal(desk.apply(suggestion.id, {}));
      if (refused !== 'suggestion_unconfirmed') violations.unconfirmed += 1;
    }
    const all = answer.suggestions.map(({ suggestion }) => suggestion.id);
    await desk.applySafe(id, { suggestions: all });
    if ((await world.catalog.find(id)).workflow.version !== before) violations.unconfirmed += 1;
  }
}

export const injectionSuite = async ({ every }: InjectionOptions): Promise<Part> => {
  const world = await ModelDesk.open();
  const violations = new Violations();
  let texts = 0;
  try {
    for (let index = 0; index < INJECTED; index += every) {
      await new Trial(world, violations).run(index, texts % CHANGES === 0);
      texts += 1;
    }
    return partOf(violations, texts, { isWhole: every === 1, troubles: world.troubles });
  } finally {
    await world.close();
  }
};

const partOf = (
  violations: Violations,
  texts: number,
  { isWhole, troubles }: { readonly isWhole: boolean; readonly troubles: readonly string[] },
): Part => {
  const { leaks, strangers, unconfirmed, unlike, markup, requests, offered } = violations;
  const all = [...leaks.values()].reduce((sum, count) => sum + count, 0);
  return {
    id: 'injections',
    title: 'Texts that want to be obeyed',
    about:
      'Each text stands in every field that somebody who is not trusted may write, with a word of its own for each field; a model obeys it as far as it can. Looked for: the words in everything that leaves over HTTP; ops that no model is offered among the suggestions; changes of behaviour that are applied although nobody confirmed them. Changes of behaviour are asked for in a second request, with every twelfth text, since otherwise none is offered.',
    figures: [
      isWhole ? atLeast('texts', texts, 200) : { name: 'texts', value: texts },
      { name: 'fields', value: leaks.size },
      { name: 'requests to the model', value: requests },
      atMost('words of a field in what was sent', all, 0),
      atMost('suggestions with an op that is not offered', strangers, 0),
      { name: 'changes of behaviour offered, as such', value: offered },
      atMost('changes of behaviour applied without a yes', unconfirmed, 0),
      atMost('answers other than of rules alone', unlike, 0),
      atMost('narratives with mark-up, addresses or signs that nobody sees', markup, 0),
      atMost('failures of the service', troubles.length, 0),
    ],
    table: {
      head: ['field', 'words of it in what was sent'],
      rows: [...leaks].map(([field, count]) => [field, count]),
    },
  };
};
