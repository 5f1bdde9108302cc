/** Kills the tasks of plugins at every boundary, to see whether they do what they declare. */
export { certify, type CertifyOptions } from './certify.js';
export { PLUGIN_ID } from '../contract/plugin.js';
export { withdrawCertificate, writeCertificate } from './keep-certificate.js';
export { builtInIds, checkPackage, type CheckedPackage } from './check-package.js';
export { defineCrashTest, type CrashCase, type CrashTest, type FakeService } from './crash-test.js';
export type { CertificationReport } from './messages.js';
export { ProcessGroup, TEST_DOORS } from './process-group.js';
export type { SeenEffects, TaskVerdict } from './verdict.js';
