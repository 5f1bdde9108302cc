import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { API_VERSION } from '../../contract/index.js';
import type { CertifiedTask } from '../../ports/index.js';
import { CERTIFICATE_FILE, plainTask, type Certificate } from './certificate.js';
import { PackageSource } from './package-source.js';
import { integrityOf } from './tree-integrity.js';

/** The integrity that the files of a folder have once they are packed and unpacked, as an installation does it. */
const packedIntegrity = async (directory: string): Promise<string> => {
  const staging = await mkdtemp(join(tmpdir(), 'harmonia-certificate-'));
  try {
    // Nothing is asked of a registry: a folder is packed.
    const source = new PackageSource({ registry: 'https://registry.invalid/', token: undefined });
    return await integrityOf(await source.unpack({ source: resolve(directory), staging }), CERTIFICATE_FILE);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

export interface CertificateParts {
  readonly directory: string;
  readonly plugin: string;
  readonly version: string | undefined;
  /** Version of Harmonia. */
  readonly harmonia: string;
  /** ISO 8601. */
  readonly date: string;
  readonly tasks: readonly CertifiedTask[];
}

/** Writes the certificate into the package of a plugin; answers the path of the file. */
export const writeCertificate = async (parts: CertificateParts): Promise<string> => {
  const { directory, plugin, version, harmonia, date, tasks } = parts;
  const certificate: Certificate = {
    certificateVersion: 1,
    plugin,
    version: version ?? null,
    apiVersion: API_VERSION,
    harmonia,
    date,
    tasks: tasks.map(plainTask),
    integrity: await packedIntegrity(directory),
  };
  const file = join(directory, CERTIFICATE_FILE);
  await writeFile(file, `${JSON.stringify(certificate, null, 2)}\n`);
  return file;
};

/** Takes back what a certificate said. */
export const withdrawCertificate = (directory: string): Promise<void> =>
  rm(join(directory, CERTIFICATE_FILE), { force: true });
