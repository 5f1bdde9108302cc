/** JSON Schema checking with ajv. */
export { createSchemaChecker } from './ajv-schema-checker.js';
