/** The catalogue of changes, and how they are made. */
export { applyOps, type Original, type Rewritten, type Unfit } from './apply-ops.js';
export { isAtLeast, levelOf } from './level.js';
export { isOp, OP_NAMES, parseOp, type NotAnOp, type OpName, type RewriteOp } from './op.js';
