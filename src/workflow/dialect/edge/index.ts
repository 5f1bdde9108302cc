/** Edges that tasks give to others. */
export { addEdges } from './edges.js';
export type { Link } from './routes.js';
