import { canonicalJson, contentHash, type Json } from '../../kernel/index.js';
import type { CallCost, LlmUsage } from '../ports/index.js';

/** Of a million tokens, in the currency of the table. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
  /** Of tokens that the provider had in its cache. Default: as `prompt`. */
  readonly cached?: number | undefined;
}

export interface PriceTable {
  readonly currency: string;
  /** By the name of the model, as the provider says it. */
  readonly models: Readonly<Record<string, Price>>;
}

/** What providers append to the name of a model that its price does not depend on: a date, the tag `latest`. */
const SNAPSHOT = /(?:-\d{4}-\d{2}-\d{2}|-\d{8}|[:-]latest)$/;
/** Price of a million tokens × tokens × this = billionths. */
const NANO_PER_MILLIONTH = 1000;

/** Prices as they are configured. None are built in: they change, and a wrong one is worse than none. */
export class Prices {
  /** Names the table in the ledger; undefined: it has no price. */
  readonly version: string | undefined;

  constructor(private readonly table: PriceTable) {
    const { models } = table;
    this.version =
      Object.keys(models).length === 0
        ? undefined
        : contentHash(canonicalJson(JSON.parse(JSON.stringify(table)) as Json)).slice(0, 16);
  }

  get currency(): string {
    return this.table.currency;
  }

  /** Undefined: the model has no known price. */
  costOf(model: string | undefined, usage: Pick<LlmUsage, 'prompt' | 'completion' | 'cached'>): CallCost | undefined {
    const price = model === undefined ? undefined : this.find(model);
    if (!price) return undefined;
    const { prompt, completion, cached = prompt } = price;
    const fresh = Math.max(0, usage.prompt - usage.cached);
    const millionths = fresh * prompt + (usage.prompt - fresh) * cached + usage.completion * completion;
    return { currency: this.currency, nano: Math.round(millionths * NANO_PER_MILLIONTH) };
  }

  private find(model: string): Price | undefined {
    const { models } = this.table;
    const name = Object.hasOwn(models, model) ? model : model.replace(SNAPSHOT, '');
    return Object.hasOwn(models, name) ? models[name] : undefined;
  }
}
