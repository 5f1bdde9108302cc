import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import Arborist from '@npmcli/arborist';
import npa from 'npm-package-arg';
import pacote from 'pacote';
import ssri from 'ssri';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { HarmoniaError } from '../../../kernel/index.js';
import type { CertificateState } from '../../ports/index.js';
import { readPluginPackage, Unusable, type PluginPackage } from '../plugin-package.js';
import { checkCertificate } from './certificate.js';
import { installDependencies, runInstallScripts } from './package-needs.js';
import { inspectTarball, keepTarball } from './tarball.js';

/** Where npm packages come from. */
export interface RegistrySettings {
  readonly registry: string;
  readonly token: string | undefined;
}

export interface FetchRequest {
  /** A name and range, the path of a tarball or a folder, the https address of a tarball. */
  readonly source: string;
  /** Of the tarball, as npm writes it. */
  readonly integrity?: string | undefined;
  /** Install scripts of it and of its dependencies may run. */
  readonly allowScripts?: boolean | undefined;
  /** Where to work; everything may be left there. */
  readonly staging: string;
}

export interface Fetched {
  readonly found: PluginPackage;
  /** Of the tarball, as npm writes it. */
  readonly tarball: string;
  /** What its certificate is worth; undefined: it has none. */
  readonly certificate: CertificateState | undefined;
}

const refusedSource = (source: string, reason: string): HarmoniaError =>
  new HarmoniaError('plugin_source_refused', { source, reason });

const OFFERED =
  'a package of the registry (name@range), the path of a tarball or a folder, or the https address of a tarball';

/** Throws `plugin_source_refused` for what is none of these. */
const parseSource = (source: string): npa.Result => {
  let parsed: npa.Result;
  try {
    parsed = npa(source);
  } catch (error) {
    throw refusedSource(source, `it is not ${OFFERED}: ${(error as Error).message}`);
  }
  if (parsed.registry && parsed.type !== 'alias') return parsed;
  if (parsed.type === 'remote' && source.startsWith('https:')) return parsed;
  if (parsed.type !== 'file' && parsed.type !== 'directory') throw refusedSource(source, `it is not ${OFFERED}`);
  if (!isAbsolute(source.replace(/^file:/, '')))
    throw refusedSource(source, 'the path must begin at the root: the service has a working directory of its own');
  return parsed;
};

/** Fetches packages by the libraries of npm: no script of theirs runs unless it is asked for. */
export class PackageSource {
  constructor(private readonly settings: RegistrySettings) {}

  /**
   * Fetches a package, looks at it, unpacks it and installs what it depends on. Rejects with `plugin_source_refused`,
   * `plugin_tarball_refused`, `plugin_not_found` or `plugin_invalid`; nothing is installed anywhere but in `staging`.
   */
  async fetch(request: FetchRequest): Promise<Fetched> {
    const { directory, tarball } = await this.bring(request);
    const found = await this.read(directory, request.source);
    // Before anything is beside it that its author has not packed.
    const certificate = await checkCertificate(directory, found.manifest.id);
    const needs = { source: request.source, directory, options: this.options(request) };
    if (Object.keys(found.dependencies).length > 0) await installDependencies(needs);
    if (request.allowScripts === true) await runInstallScripts(needs);
    return { found, tarball, certificate };
  }

  /** Fetches and unpacks a package as `fetch` does, and no more; answers the folder. */
  async unpack(request: FetchRequest): Promise<string> {
    return (await this.bring(request)).directory;
  }

  private async bring(request: FetchRequest): Promise<{ readonly directory: string; readonly tarball: string }> {
    const { source, staging } = request;
    const spec = parseSource(source);
    await mkdir(staging, { recursive: true, mode: 0o700 });
    const file = join(staging, 'package.tgz');
    await this.download(spec, request, file);
    const tarball = await this.checked(file, request);
    await inspectTarball(file);
    const directory = join(staging, 'package');
    await pacote.extract(`file:${file}`, directory, { ...this.options(request), Arborist });
    return { directory, tarball };
  }

  private async download(spec: npa.Result, request: FetchRequest, file: string): Promise<void> {
    const keep = async (stream: NodeJS.ReadableStream): Promise<void> => keepTarball(stream as Readable, file);
    try {
      if (spec.type === 'file') return await keepTarball(createReadStream(spec.fetchSpec ?? ''), file);
      await pacote.tarball.stream(spec.raw, keep, { ...this.options(request), Arborist });
    } catch (error) {
      if (error instanceof HarmoniaError) throw error;
      const { code, statusCode, message } = error as { code?: string; statusCode?: number; message: string };
      if (statusCode === 404 || code === 'ETARGET' || code === 'ENOENT')
        throw new HarmoniaError('plugin_not_found', { source: request.source });
      throw new HarmoniaError('plugin_unreachable', { source: request.source, reason: message }, { cause: error });
    }
  }

  private async checked(file: string, { integrity, source }: FetchRequest): Promise<string> {
    const found = await ssri.fromStream(createReadStream(file), { algorithms: ['sha512'] });
    if (integrity === undefined) return found.toString();
    let expected: ssri.IntegrityLike | null;
    try {
      expected = ssri.parse(integrity, { strict: true });
    } catch {
      expected = null;
    }
    if (!expected || Object.keys(expected).length === 0)
      throw refusedSource(source, `"${integrity}" is no integrity such as sha512-…`);
    const matches = await ssri.checkStream(createReadStream(file), integrity).then(
      () => true,
      () => false,
    );
    if (!matches) throw new HarmoniaError('plugin_integrity', { source, expected: integrity, found: found.toString() });
    return found.toString();
  }

  private async read(directory: string, source: string): Promise<PluginPackage> {
    try {
      return await readPluginPackage(directory);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      throw error.toError(source);
    }
  }

  private options({ allowScripts, staging }: FetchRequest): object {
    const { registry, token } = this.settings;
    const { host, pathname } = new URL(registry);
    return {
      registry,
      cache: join(staging, 'cache'),
      ignoreScripts: allowScripts !== true,
      preferOnline: true,
      ...(token !== undefined && { [`//${host}${pathname.replace(/\/*$/, '/')}:_authToken`]: token }),
    };
  }
}
