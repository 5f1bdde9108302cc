/** What calls of language models took, what they cost, and whether there is room for more. */
export { Ledger, type LedgerParts } from './ledger.js';
export { Prices, type Price, type PriceTable } from './prices.js';
