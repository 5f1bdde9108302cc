/** Expressions: `${…}` in JSON values, in CEL. */
export { isReservedWord } from './reserved.js';
export { endOfQuote } from './scan.js';
export type { CompileOptions, Reference, References } from './references.js';
export {
  compileCondition,
  compileTemplate,
  evaluateCondition,
  evaluateTemplate,
  type Compiled,
  type Condition,
  type Evaluated,
  type Scope,
  type Template,
} from './template.js';
