/** The settings of a process on the platform, and what they say of where components are. Loads nothing. */
export { addressOf, componentAddress, findComponent, variableOf, type Environment } from './component-address.js';
export { findHermes } from './hermes-address.js';
export { isTektonRoot, parseTektonEnv, tektonSettings } from './tekton-environment.js';
