import type { CertificateParts } from '../host/management/certificate-writer.js';

// It packs by the libraries of npm, which take long to load, and few commands need them.
const writer = () => import('../host/management/certificate-writer.js');

/** Writes the certificate into the package of a plugin; answers the path of the file. */
export const writeCertificate = async (parts: CertificateParts): Promise<string> =>
  (await writer()).writeCertificate(parts);

/** Takes back what a certificate said. */
export const withdrawCertificate = async (directory: string): Promise<void> =>
  (await writer()).withdrawCertificate(directory);
