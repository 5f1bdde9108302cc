import { callbackToken, findStep, type Limits, type Reached, type RunState } from '../engine/core/index.js';
import type { Engine } from '../engine/index.js';
import type { Publication } from '../engine/ports/index.js';
import { HarmoniaError, type Json } from '../kernel/index.js';
import { readInput } from './read-document.js';

export interface AnswerOptions {
  readonly event?: readonly string[];
  readonly approve?: readonly string[];
  readonly reject?: readonly string[];
  readonly callback?: readonly string[];
  /** What its budget is raised to, once. */
  readonly raise?: Limits;
}

interface Named {
  readonly name: string;
  readonly payload: Json;
}

const named = async (text: string): Promise<Named> => {
  const [, name = text, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  return { name, payload: (await readInput(value)) as Json };
};

interface Given {
  readonly events: readonly Named[];
  /** By step. */
  readonly callbacks: ReadonlyMap<string, Json>;
  readonly verdicts: ReadonlyMap<string, boolean>;
  readonly raise: Limits | undefined;
}

/** Answers, given on the command line, to what the execution of `harmonia run` waits for: nobody else can answer it. */
export class Answers {
  /** Executions whose budget was raised: what was given is given once to each. */
  private readonly raised = new Set<string>();

  private constructor(
    private readonly given: Given,
    private readonly say: (line: string) => void,
  ) {}

  static async read(options: AnswerOptions, say: (line: string) => void): Promise<Answers> {
    const events = await Promise.all((options.event ?? []).map(named));
    const callbacks = await Promise.all((options.callback ?? []).map(named));
    const verdicts = new Map((options.approve ?? []).map((step): [string, boolean] => [step, true]));
    for (const step of options.reject ?? []) verdicts.set(step, false);
    const payloads = new Map(callbacks.map(({ name, payload }) => [name, payload]));
    return new Answers({ events, callbacks: payloads, verdicts, raise: options.raise }, say);
  }

  /** Events are given at once: they are kept for waits that come later. */
  async deliver(engine: Engine, execution: string): Promise<void> {
    for (const event of this.given.events) await engine.deliver(execution, event).catch(ignoreEnd);
  }

  /** Looks at what was published, and answers waits that have begun. */
  publish(engine: Engine, publications: readonly Publication[]): void {
    for (const { execution, state, events } of publications) {
      for (const { recorded } of events) {
        const { event } = recorded;
        if (event.type === 'step_armed') this.answer(engine, { execution, state, step: event.step });
        if (event.type === 'execution_paused' && event.exhausted && state.status.is === 'paused')
          this.raise(engine, { execution, state, exhausted: event.exhausted });
      }
    }
  }

  private answer(
    engine: Engine,
    { execution, state, step }: { execution: string; state: RunState; step: string },
  ): void {
    const found = findStep(state, step);
    if (found?.state.at !== 'armed') return;
    const { awaits } = found.state;
    const approved = this.given.verdicts.get(step);
    if (awaits.is === 'approval' && approved !== undefined) {
      void engine.approve(execution, step, { approved, by: awaits.by[0] ?? null, comment: null }).catch(ignoreEnd);
    } else if (awaits.is === 'webhook' && this.given.callbacks.has(step)) {
      void engine.callBack(callbackToken(state, found), this.given.callbacks.get(step) ?? null).catch(ignoreEnd);
    } else this.hint(step, awaits);
  }

  private raise(
    engine: Engine,
    { execution, state, exhausted }: { execution: string; state: RunState; exhausted: readonly Reached[] },
  ): void {
    const words = exhausted.map(({ budget, used, limit }) => `${budget} ${used} of ${limit}`).join(', ');
    const { raise } = this.given;
    if (raise === undefined || this.raised.has(execution)) {
      const cure = exhausted.map(({ budget, limit }) => `--raise ${budget}=${limit * 2}`).join(' ');
      return this.say(`paused: its budget is used up, ${words} (let it go on with ${cure})\n`);
    }
    this.raised.add(execution);
    const [by] = state.compiled.budget?.by ?? [];
    engine
      .resume(execution, { raise, ...(by !== undefined && { by }) })
      .catch((error: unknown) => this.say(`paused: ${error instanceof Error ? error.message : String(error)}\n`));
  }

  private hint(step: string, awaits: { readonly is: string; readonly name?: string; readonly message?: string }): void {
    const about = awaits.message ? `: ${awaits.message}` : awaits.name ? ` ${awaits.name}` : '';
    const cure: Record<string, string> = {
      approval: ` (answer it with --approve ${step}, or --reject ${step})`,
      event: ` (give it with --event '${awaits.name}={…}')`,
      webhook: ` (answer it with --callback '${step}={…}')`,
    };
    this.say(`${step} waits for ${awaits.is}${about}${cure[awaits.is] ?? ''}\n`);
  }
}

/** The execution may have ended meanwhile; that is told elsewhere. */
const ignoreEnd = (error: unknown): void => {
  if (!(error instanceof HarmoniaError)) throw error;
};
