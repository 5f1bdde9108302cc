/** Workflow documents of every known dialect, made canonical. */
export { importDocument, type ImportOptions } from './import-document.js';
export type { DialectName, Imported } from './imported.js';
export { namedParameters, propertySchema } from './parameters.js';
