/** YAML at the border: what comes out is JSON. */
export { parseYaml } from './parse-yaml.js';
