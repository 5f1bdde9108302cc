import type { Json } from '../../kernel/index.js';
import type { LlmWorth } from '../ports/index.js';
import type { JsonLine, Speaker } from '../tekton-llm-client/index.js';
import type { LineReader } from './line-asker.js';

/** A line that did not pass, as the model may be told. */
export interface RefusedLine<O> {
  readonly said: string;
  readonly objection: O;
}

/** That one did not pass, as others are told. */
export interface RejectedLine<O> {
  readonly is: 'rejected';
  readonly objection: O;
}

/** One answer that is read line by line, with the account of what its lines were worth. */
export abstract class LineRound<T, O extends { readonly gate: string }> implements LineReader<T | RejectedLine<O>> {
  readonly refusals: RefusedLine<O>[] = [];
  protected speaker: Speaker = { transport: 'unknown', provider: 'unknown', model: 'unknown' };
  private readonly rejected: Record<string, number> = {};
  private accepted = 0;
  private unusable = 0;
  private readable = 0;
  private lines = 0;

  /**
   * `most`: lines that are looked at, whatever they are. `heard`: names of what was said before, in other rounds, too: it
   * is not heard again.
   */
  constructor(
    private readonly most: number,
    private readonly heard: Set<string>,
  ) {}

  get isFull(): boolean {
    return this.lines >= this.most;
  }

  get isUsable(): boolean {
    return this.readable > 0 || this.unusable === 0;
  }

  get worth(): LlmWorth {
    return { accepted: this.accepted, rejected: this.rejected, unusable: this.unusable };
  }

  speaks(speaker: Speaker): void {
    this.speaker = speaker;
  }

  /** What is to be told of a line, which may hold several; those that are too many are not looked at. */
  take(line: JsonLine): readonly (T | RejectedLine<O>)[] {
    if (line.is !== 'value') {
      this.lines += 1;
      if (line.is === 'garbage') this.unusable += 1;
      return [];
    }
    return this.valuesIn(line.value)
      .slice(0, this.most - this.lines)
      .flatMap((value) => this.takeValue(value));
  }

  /** The values that a line holds. */
  protected abstract valuesIn(line: Json): readonly Json[];

  /** What is to be told of a value. Undefined: it was heard before. `nothing`: it is nothing that was asked for. */
  protected abstract read(value: Json): T | RejectedLine<O> | undefined | 'nothing';

  protected refuse(said: string, objection: O): RejectedLine<O> {
    const { gate } = objection;
    this.rejected[gate] = (this.rejected[gate] ?? 0) + 1;
    this.refusals.push({ said, objection });
    return { is: 'rejected', objection };
  }

  /** Takes note of what the gates say of a line later; undefined: it is accepted. */
  protected settling(said: string): (objection: O | undefined) => void {
    return (objection) => {
      if (objection) this.refuse(said, objection);
      else this.accepted += 1;
    };
  }

  protected isNew(name: string): boolean {
    if (this.heard.has(name)) return false;
    this.heard.add(name);
    return true;
  }

  private takeValue(value: Json): readonly (T | RejectedLine<O>)[] {
    this.lines += 1;
    const told = this.read(value);
    if (told === 'nothing') {
      this.unusable += 1;
      return [];
    }
    this.readable += 1;
    return told === undefined ? [] : [told];
  }
}
