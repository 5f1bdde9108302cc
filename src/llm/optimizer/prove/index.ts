/** Candidates: made of ops, compiled, and given to the checker. */
export { improve, RULES, type Improvement, type Past, type Rule } from './improve.js';
export { prove, type Proved, type Subject } from './prove.js';
