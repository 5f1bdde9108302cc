export {
  accountAfter,
  accountOf,
  limitsLeft,
  limitsReached,
  openAccount,
  timeRun,
  timeUpAt,
  usedOf,
  type Account,
} from './account.js';
export {
  limitsInForce,
  tableOf,
  type Budget,
  type LimitName,
  type Limits,
  type LimitTable,
  type Reached,
} from './limits.js';
export { addUsage, amountOf, NOTHING_USED, usageOf, type Usage, type Used } from './usage.js';
