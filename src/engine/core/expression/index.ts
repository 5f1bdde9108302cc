/** Expressions: `${…}` in JSON values, in CEL. */
export { isReservedWord } from './reserved.js';
export { endOfQuote } from './scan.js';
export {
  compileCondition,
  compileTemplate,
  evaluateCondition,
  evaluateTemplate,
  type Compiled,
  type CompileOptions,
  type Condition,
  type Evaluated,
  type Reference,
  type References,
  type Scope,
  type Template,
} from './template.js';
