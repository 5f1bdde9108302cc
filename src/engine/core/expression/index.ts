/** Expressions: `${…}` in JSON values, in CEL. */
export { isReservedWord } from './reserved.js';
export { endOfQuote, scan, type Piece } from './scan.js';
export type { CompileOptions, Reference, References } from './references.js';
export { FAMILIES, findFunction, isNamespaced, meantBy, NAMESPACES } from './functions/index.js';
export type { ExpressionFunction, Family, KnownFunction, Signature } from './functions/index.js';
export { bindsTasks, isNode, type SyntaxNode } from './syntax.js';
export {
  compileCondition,
  compileTemplate,
  evaluateCondition,
  evaluateTemplate,
  type Compiled,
  type Condition,
  parseExpression,
  syntaxOf,
  type Evaluated,
  type Expression,
  type Scope,
  type Template,
} from './template.js';
