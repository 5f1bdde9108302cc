/** Speaks MCP at two pipes for a service that runs elsewhere. Needs nothing of it but its address. */
export { bridge, type Bridged } from './bridge.js';
