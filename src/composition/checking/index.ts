export { checkWith, definitionLimits } from './check-with.js';
