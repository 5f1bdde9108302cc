/** A component's configuration: read once, checked as a whole, frozen. */
export { readConfiguration, type ConfigurationSchema, type ConfigurationSource } from './configuration.js';
