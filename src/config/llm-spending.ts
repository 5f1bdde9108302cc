import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** Tokens, and money in the currency of the prices. Undefined: as much as anybody likes. */
export interface Budget {
  readonly tokens: number | undefined;
  readonly cost: number | undefined;
}

/** What language models cost, and what may be spent on them. */
export interface LlmSpending {
  readonly currency: string;
  /** Of a million tokens, by model. A model that is not in here has no known price. */
  readonly prices: Readonly<Record<string, { prompt: number; completion: number; cached: number | undefined }>>;
  readonly budgets: { readonly request: Budget; readonly workflowDay: Budget; readonly tenantDay: Budget };
}

const PRICE = /^([^=\s]{1,200})=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/;
const MOST = 1e12;

const prices = (settings: Settings): LlmSpending['prices'] =>
  Object.fromEntries(
    settings.list('TEKTON_LLM_PRICES').map((entry) => {
      const [, model, prompt, completion, cached] = PRICE.exec(entry) ?? [];
      if (model === undefined)
        throw wrong('TEKTON_LLM_PRICES', `"${entry}" is no price such as gpt-5-mini=0.25/2 or gpt-5-mini=0.25/2/0.025`);
      const found = { prompt: Number(prompt), completion: Number(completion) };
      return [model, { ...found, cached: cached === undefined ? undefined : Number(cached) }];
    }),
  );

const budget = (settings: Settings, whose: string): Budget => {
  const name = `TEKTON_LLM_BUDGET_${whose}`;
  const limit = (unit: string): number | undefined =>
    settings.text(`${name}_${unit}`) === undefined
      ? undefined
      : settings.number(`${name}_${unit}`, { min: 0, max: MOST, otherwise: 0 });
  return gather<Budget>({ tokens: () => limit('TOKENS'), cost: () => limit('COST') });
};

const currency = (settings: Settings): string => {
  const code = settings.text('TEKTON_LLM_CURRENCY') ?? 'USD';
  if (/^[A-Z]{3}$/.test(code)) return code;
  throw wrong('TEKTON_LLM_CURRENCY', 'it is no code of three capitals such as USD');
};

/** Throws `WrongSettings`. */
export const llmSpending = (settings: Settings): LlmSpending =>
  gather<LlmSpending>({
    currency: () => currency(settings),
    prices: () => prices(settings),
    budgets: () =>
      gather<LlmSpending['budgets']>({
        request: () => budget(settings, 'REQUEST'),
        workflowDay: () => budget(settings, 'WORKFLOW_DAY'),
        tenantDay: () => budget(settings, 'TENANT_DAY'),
      }),
  });
