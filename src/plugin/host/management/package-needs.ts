import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Arborist from '@npmcli/arborist';
import { HarmoniaError, type JsonObject } from '../../../kernel/index.js';

export interface Needs {
  /** Of the package, as somebody asked for it. */
  readonly source: string;
  /** The unpacked package. */
  readonly directory: string;
  /** Of npm's libraries. */
  readonly options: object;
}

/** Only the registry: a folder lies outside of what the integrity is about, and an address or repository has none. */
const REGISTRY_ONLY = { allowGit: 'none', allowRemote: 'none', allowFile: 'none', allowDirectory: 'none' };

const refusal = (thrown: unknown, source: string): HarmoniaError => {
  const { code = '', package: wanted = '', message } = thrown as Error & { code?: string; package?: string };
  if (code.startsWith('EALLOW'))
    return new HarmoniaError('plugin_source_refused', {
      source,
      reason: `what it depends on, "${wanted}", is not a package of the registry`,
    });
  const reason = `what it depends on cannot be installed: ${message}`;
  return new HarmoniaError('plugin_unreachable', { source, reason }, { cause: thrown });
};

/** Installs what a package depends on, into its own folder. What only its author needs is not even looked for. */
export const installDependencies = async ({ source, directory, options }: Needs): Promise<void> => {
  const file = join(directory, 'package.json');
  const written = await readFile(file);
  const { devDependencies: _unneeded, ...packageJson } = JSON.parse(written.toString()) as JsonObject;
  await writeFile(file, JSON.stringify(packageJson));
  const arborist = new Arborist({
    ...{ ...options, ...REGISTRY_ONLY, path: directory },
    ...{ audit: false, fund: false, legacyPeerDeps: true },
  });
  try {
    await arborist.reify({ omit: ['dev', 'peer'] } as never);
  } catch (error) {
    throw refusal(error, source);
  } finally {
    await writeFile(file, written);
  }
};

/** What the types of the library leave out. */
interface Rebuilding {
  rebuild(what: { readonly nodes: readonly Arborist.Node[] }): Promise<void>;
}

/** Runs the install scripts of the package itself; those of what it depends on run when that is installed. */
export const runInstallScripts = async ({ source, directory, options }: Needs): Promise<void> => {
  const arborist = new Arborist({ ...options, path: directory, binLinks: false }) as Arborist & Rebuilding;
  try {
    await arborist.rebuild({ nodes: [await arborist.loadActual()] });
  } catch (error) {
    const reason = `its install scripts fail: ${(error as Error).message.replace(/\.$/, '')}`;
    throw new HarmoniaError('plugin_invalid', { plugin: source, reason }, { cause: error });
  }
};
