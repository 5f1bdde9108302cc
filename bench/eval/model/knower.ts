import type { Effects } from '../../../src/engine/core/index.js';
import { placesOf } from '../../../src/llm/optimizer/ir/index.js';
import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import type { AskedQuestion, Confirmation, StatedFacts } from '../../../src/llm/ports/index.js';
import type { AnswerKey } from '../../../test/llm/double/scripted-models.mjs';
import { closureOf, edgesOf } from '../graphs/graph.js';
import { conflict, type HiddenGraph, type HiddenStep } from './hidden-graph.js';

/** What has been said of a workflow so far. */
interface Said {
  readonly effects: Record<string, Effects>;
  readonly unordered: Confirmation[];
}

const pairOf = (one: string, other: string): readonly [string, string] => (one < other ? [one, other] : [other, one]);

/**
 * Somebody who knows what the steps of a graph really do: answers questions, and says nothing else. What is not true is
 * not confirmed.
 */
export class Knower {
  readonly said: Said = { effects: {}, unordered: [] };
  /** Questions that were asked, each once, and those among them whose answer was yes. */
  asked = 0;
  granted = 0;
  private readonly heard = new Set<string>();
  private readonly byId: ReadonlyMap<string, HiddenStep>;
  private readonly positions: ReadonlyMap<string, number>;
  private readonly real: ReturnType<typeof closureOf>;

  constructor(private readonly graph: HiddenGraph) {
    this.byId = new Map(graph.steps.map((step) => [step.id, step]));
    this.positions = new Map(graph.steps.map(({ id }, at) => [id, at]));
    this.real = closureOf(graph.steps.length, edgesOf(graph));
  }

  get facts(): StatedFacts {
    return { effects: this.said.effects, commuting: [] };
  }

  /** Answers what is new; whether anything of it was true. */
  hear(questions: readonly AskedQuestion[]): boolean {
    const before = this.granted;
    for (const question of questions) {
      const { narrative: _, ...about } = question;
      const name = JSON.stringify(about);
      if (this.heard.has(name)) continue;
      this.heard.add(name);
      this.asked += 1;
      if (this.grant(question)) this.granted += 1;
    }
    return this.granted > before;
  }

  private grant(question: AskedQuestion): boolean {
    if (question.about === 'effects') {
      const { action, effects } = question;
      if (this.graph.actions.get(action) !== effects) return false;
      this.said.effects[action] = effects;
      return true;
    }
    const [one, other] = question.tasks.map((id) => this.byId.get(id));
    if (!one || !other || conflict(one, other)) return false;
    this.said.unordered.push({ scope: '', tasks: pairOf(one.id, other.id) });
    return true;
  }

  /** What the effects of a step count as now. */
  private believed({ action }: HiddenStep): Effects {
    return this.said.effects[action] ?? (action.startsWith('t/') ? (action.slice(2) as Effects) : 'write');
  }

  private mayConflict(one: HiddenStep, other: HiddenStep): boolean {
    const both = [this.believed(one), this.believed(other)];
    return !both.includes('pure') && both.includes('write');
  }

  /** The lines of a model that knows as much, of the version as it is now: effects first, then order, and what fails at times. */
  key(current: () => CompiledWorkflow): AnswerKey {
    return () => {
      const seen = this.seen(current());
      const effects = this.effectLines(seen);
      // What counts as a write now may turn out to be none: its order is asked about when that is known.
      return [...effects, ...this.retryLines(seen), ...(effects.length > 0 ? [] : this.orderLines(seen))];
    };
  }

  private seen(workflow: CompiledWorkflow): Seen[] {
    return placesOf(workflow).tasks.flatMap(({ task, index }) => {
      const step = this.byId.get(task.id);
      return step ? [{ step, alias: `T${index + 1}`, isRetried: task.retry !== undefined }] : [];
    });
  }

  private effectLines(seen: readonly Seen[]): object[] {
    const actions = new Map(seen.map((one) => [one.step.action, one]));
    return [...actions.values()]
      .filter(({ step }) => step.effects !== this.believed(step))
      .map(({ step, alias }) => ({ ask: 'effects', task: alias, effects: step.effects, why: 'Its name says so.' }));
  }

  private orderLines(seen: readonly Seen[]): object[] {
    const confirmed = new Set(this.said.unordered.map(({ tasks }) => tasks.join(' ')));
    const isOpen = (later: HiddenStep, earlier: HiddenStep): boolean =>
      this.mayConflict(later, earlier) &&
      !conflict(later, earlier) &&
      !this.real.has(this.positions.get(earlier.id) as number, this.positions.get(later.id) as number) &&
      !confirmed.has(pairOf(later.id, earlier.id).join(' '));
    return seen.flatMap((later, at) =>
      seen
        .slice(0, at)
        .filter((earlier) => isOpen(later.step, earlier.step))
        .map((earlier) => ({
          ask: 'order',
          task: later.alias,
          other: earlier.alias,
          why: 'They are about other things.',
        })),
    );
  }

  private retryLines(seen: readonly Seen[]): object[] {
    return seen
      .filter(({ step, isRetried }) => step.isFlaky && !isRetried && this.believed(step) !== 'write')
      .map(({ alias: task }) => ({
        ops: [{ op: 'set_retry', task, retry_policy: RETRIES }],
        why: 'It fails at times.',
      }));
  }
}

/** A step as a model may name it. */
interface Seen {
  readonly step: HiddenStep;
  readonly alias: string;
  readonly isRetried: boolean;
}

const RETRIES = { max_retries: 2, initial_delay: 0.1 };
