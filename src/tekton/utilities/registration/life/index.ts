/** The life of a registration; pure. */
export {
  ASLEEP,
  isRegistered,
  pause,
  step,
  wakeAt,
  type Call,
  type Fact,
  type Life,
  type Membership,
  type Moment,
  type Rules,
} from './life.js';
export { Token } from './token.js';
