/** The log of a component, in the six formats of the platform. */
export { createLog, type Log, type LogDetails, type LogOptions } from './logger.js';
export { logFile, type LogFileOptions } from './log-file.js';
export { isSecretName, maskOf, secretSettings, type Mask } from './mask.js';
