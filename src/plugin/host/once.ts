import type { Json } from '../../kernel/index.js';
import type { Failure, RecordedResult } from '../../engine/core/index.js';
import { fatal } from '../contract/index.js';

/** Results that one step may record. */
const MOST = 1000;
const LONGEST_KEY = 200;

interface OnceParts {
  /** What attempts before this one recorded. */
  readonly known: readonly RecordedResult[];
  /** The result as it is recorded, or why it cannot be. */
  readonly check: (result: unknown) => { readonly output: Json } | { readonly failure: Failure };
  /** Fulfils when it is written. */
  readonly record: (key: string, result: Json) => Promise<void>;
}

/** Does things once and for all attempts of a step: `context.once`. */
export class Once {
  private readonly results: Map<string, Promise<Json>>;

  constructor(private readonly parts: OnceParts) {
    this.results = new Map(parts.known.map(({ key, result }) => [key, Promise.resolve(result)]));
  }

  /** Two calls with one key are one. A failure is not recorded: the next call tries again. */
  do(key: string, work: () => unknown): Promise<Json> {
    const known = this.results.get(key);
    if (known) return known;
    const result = this.begin(key, work);
    this.results.set(key, result);
    result.catch(() => this.results.delete(key));
    return result;
  }

  private async begin(key: string, work: () => unknown): Promise<Json> {
    if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) {
      throw fatal('once_key_invalid', `A key of \`once\` is a text of 1 to ${LONGEST_KEY} characters.`);
    }
    if (this.results.size >= MOST) throw fatal('once_too_often', `A step records at most ${MOST} results.`);
    const checked = this.parts.check(await work());
    if ('failure' in checked) {
      const { code, message } = checked.failure;
      throw fatal(code, `The result of "${key}": ${message}`);
    }
    await this.parts.record(key, checked.output);
    return checked.output;
  }
}
