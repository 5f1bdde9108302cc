/** The checker: proves claims about two versions of a workflow. Imports nothing of what rewrites workflows. */
export { REASONS, type Reason } from './objection.js';
export { check, CHECKER_VERSION, type Question } from './check.js';
