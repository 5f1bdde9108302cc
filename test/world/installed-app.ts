import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARBALL = /^tekton-harmonia-.*\.tgz$/;

/** What the example asks for to be built, by where it lies here. */
const BUILD_TOOLS: Readonly<Record<string, string>> = {
  typescript: 'typescript7',
  '@typescript': '@typescript',
  '@types/node': '@types/node',
  'undici-types': 'undici-types',
};

/** Settings of the developer's machine must not reach the application; npm must not look for a newer npm. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HARMONIA|TEKTON|npm)_/i.test(name))),
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
});

/** Top-level packages that an installation without development dependencies has. */
const installed = async (): Promise<string[]> => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; link?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages).flatMap(([path, { dev, link, optional }]) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    return name === undefined || dev || link || optional ? [] : [name];
  });
};

/**
 * An application as npm would install it: `@tekton/harmonia` unpacked from `npm pack`, its dependencies beside it (linked
 * to those of this repository, so that there is no need of a network), nothing that only development has.
 */
export class InstalledApp {
  readonly package: string;

  private constructor(readonly directory: string) {
    this.package = join(directory, 'node_modules/@tekton/harmonia');
  }

  /** Copies `source` and installs what it depends on. */
  static async of(source: string): Promise<InstalledApp> {
    const app = new InstalledApp(await realpath(await mkdtemp(join(tmpdir(), 'harmonia-app-'))));
    await cp(join(ROOT, source), app.directory, {
      recursive: true,
      filter: (path) => !/\/(dist|data|node_modules)$/.test(path),
    });
    const wanted = [...(await installed()).map((name) => [name, name] as const), ...Object.entries(BUILD_TOOLS)];
    for (const [name, here] of wanted) await app.link(`node_modules/${name}`, join(ROOT, 'node_modules', here));
    await app.link('node_modules/.bin/tsc', '../typescript/bin/tsc');
    // Built before: pretest.
    await app.npm('pack', '--silent', '--ignore-scripts', '--pack-destination', app.directory, ROOT);
    const tarball = (await readdir(app.directory)).find((name) => TARBALL.test(name)) ?? 'no tarball';
    await run('tar', ['-xzf', tarball], { cwd: app.directory });
    await mkdir(dirname(app.package), { recursive: true });
    await rename(join(app.directory, 'package'), app.package);
    return app;
  }

  private async link(path: string, target: string): Promise<void> {
    const place = join(this.directory, path);
    await mkdir(dirname(place), { recursive: true });
    await symlink(target, place);
  }

  /** Files of the unpacked package. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.package, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.package, join(entry.parentPath, entry.name)))
      .sort();
  }

  async npm(...args: string[]): Promise<string> {
    return (await run('npm', args, { cwd: this.directory, env: environment() })).stdout;
  }

  /** Runs Node in the directory of the application; what it prints. */
  async node(...args: string[]): Promise<string> {
    return (await run(process.execPath, args, { cwd: this.directory, env: environment() })).stdout;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
