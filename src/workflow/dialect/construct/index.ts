/** Tasks of upstream that are constructs here. */
export { constructOf } from './constructs.js';
