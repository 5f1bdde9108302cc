/** What something took that costs: of one report, or of several together. Absent: nothing is known of it. Journaled. */
export interface Usage {
  /** Of language models. */
  readonly tokens?: { readonly input: number; readonly output: number };
  /** Money by currency (ISO 4217). */
  readonly cost?: Readonly<Record<string, number>>;
  /** Calls of language models, and whatever else tasks count as a call. */
  readonly calls?: number;
  /** Of those, the ones of which nobody knows the price. */
  readonly unpriced_calls?: number;
}

/** Usage summed up. Money is counted in whole billionths, so that a sum is the same in whatever order it is made. */
export interface Used {
  readonly input: number;
  readonly output: number;
  readonly calls: number;
  readonly unpriced: number;
  /** By currency. */
  readonly billionths: Readonly<Record<string, number>>;
}

export const NOTHING_USED: Used = Object.freeze({
  input: 0,
  output: 0,
  calls: 0,
  unpriced: 0,
  billionths: Object.freeze({}),
});

const BILLION = 1e9;

/** The amount that so many billionths are. */
export const amountOf = (billionths: number): number => billionths / BILLION;

export const addUsage = (used: Used, { tokens, cost = {}, calls = 0, unpriced_calls: unpriced = 0 }: Usage): Used => {
  const billionths = { ...used.billionths };
  for (const [currency, amount] of Object.entries(cost)) {
    billionths[currency] = (billionths[currency] ?? 0) + Math.round(amount * BILLION);
  }
  return {
    input: used.input + (tokens?.input ?? 0),
    output: used.output + (tokens?.output ?? 0),
    calls: used.calls + calls,
    unpriced: used.unpriced + unpriced,
    billionths,
  };
};

/** A sum as it is journaled; undefined when nothing was used. */
export const usageOf = ({ input, output, calls, unpriced, billionths }: Used): Usage | undefined => {
  const currencies = Object.entries(billionths);
  const usage: Usage = {
    ...(input + output > 0 && { tokens: { input, output } }),
    ...(currencies.length > 0 && {
      cost: Object.fromEntries(currencies.map(([currency, sum]) => [currency, amountOf(sum)])),
    }),
    ...(calls > 0 && { calls }),
    ...(unpriced > 0 && { unpriced_calls: unpriced }),
  };
  return Object.keys(usage).length > 0 ? usage : undefined;
};
