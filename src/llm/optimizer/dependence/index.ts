/** What depends on what: orders that hold, orders that count, how steps may end. */
export { BitRows } from './bit-rows.js';
export { Conflicts, touchOf, type Touch } from './conflict.js';
export { declaredNeeds, edgesOf, siblingsRead, type Edge, type EdgeClass } from './edges.js';
export { joinsAlike, surelyJoinsAlike, type ChangedNeeds } from './joins.js';
export { Meetings } from './meetings.js';
export { ancestorsOf, orderIf, orderOf, topological, type NeedsOf } from './order.js';
export { alwaysGoesOn, CARRIES, endsOf, isFatalScope, type Worlds } from './outcomes.js';
export { Reach } from './reach.js';
