/** Something that a client did, and when. Times are places in one order: no two are equal. */
export interface Operation<Call, Answer> {
  readonly client: number;
  readonly call: Call;
  readonly answer: Answer;
  readonly calledAt: number;
  readonly returnedAt: number;
}

/** What one object does when its operations come one after another. */
export interface Model<State, Call, Answer> {
  readonly initial: State;
  /** The state after the call; undefined: it would not have answered so. States are not changed. */
  readonly step: (state: State, call: Call, answer: Answer) => State | undefined;
  /** Equal for equal states. */
  readonly key: (state: State) => string;
}

export type Verdict<Call, Answer> =
  | { readonly is: 'linearizable'; readonly order: readonly Operation<Call, Answer>[] }
  /** `order`: the longest that could be made; `stuck`: what would have to come next, and can not. */
  | {
      readonly is: 'not linearizable';
      readonly order: readonly Operation<Call, Answer>[];
      readonly stuck: readonly Operation<Call, Answer>[];
    };

/**
 * Looks for one order of the operations in which the model answers as the object did, and in which none comes before one
 * that had returned when it was called: Wing and Gong's search, with Lowe's memory of what was tried.
 */
export const linearize = <State, Call, Answer>(
  model: Model<State, Call, Answer>,
  history: readonly Operation<Call, Answer>[],
): Verdict<Call, Answer> => {
  const operations = [...history].sort((a, b) => a.calledAt - b.calledAt);
  const search = new Search(model, operations);
  return search.run();
};

class Search<State, Call, Answer> {
  private readonly tried = new Set<string>();
  private readonly order: number[] = [];
  private readonly done = new Set<number>();
  private best: { readonly order: readonly number[]; readonly next: readonly number[] } = { order: [], next: [] };

  constructor(
    private readonly model: Model<State, Call, Answer>,
    private readonly operations: readonly Operation<Call, Answer>[],
  ) {}

  run(): Verdict<Call, Answer> {
    const at = (index: number): Operation<Call, Answer> => this.operations[index] as Operation<Call, Answer>;
    if (this.goesOn(this.model.initial, 0)) return { is: 'linearizable', order: this.order.map(at) };
    return { is: 'not linearizable', order: this.best.order.map(at), stuck: this.best.next.map(at) };
  }

  /** `first`: the first operation that is not done. */
  private goesOn(state: State, first: number): boolean {
    if (first === this.operations.length) return true;
    const key = `${first} ${[...this.done]
      .filter((index) => index > first)
      .sort()
      .join(' ')} ${this.model.key(state)}`;
    if (this.tried.has(key)) return false;
    this.tried.add(key);
    const next = this.candidates(first);
    if (this.order.length >= this.best.order.length) this.best = { order: [...this.order], next };
    return next.some((index) => this.takes(state, index, first));
  }

  private takes(state: State, index: number, first: number): boolean {
    const { call, answer } = this.operations[index] as Operation<Call, Answer>;
    const after = this.model.step(state, call, answer);
    if (after === undefined) return false;
    this.done.add(index);
    this.order.push(index);
    let from = first;
    while (this.done.has(from)) from += 1;
    if (this.goesOn(after, from)) return true;
    this.done.delete(index);
    this.order.pop();
    return false;
  }

  /** Those that were called before any that is not done had returned. */
  private candidates(first: number): number[] {
    const found: number[] = [];
    let limit = Infinity;
    for (let index = first; index < this.operations.length; index++) {
      const { calledAt, returnedAt } = this.operations[index] as Operation<Call, Answer>;
      if (calledAt > limit) break;
      if (this.done.has(index)) continue;
      found.push(index);
      limit = Math.min(limit, returnedAt);
    }
    return found;
  }
}
