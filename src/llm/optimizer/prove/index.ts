/** Candidates: made of ops, compiled, and given to the checker. */
export { improve, type Past, type Improvement } from './improve.js';
export { prove, type Proved, type Subject } from './prove.js';
