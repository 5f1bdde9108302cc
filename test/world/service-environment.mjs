import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import NodeEnvironment from 'jest-environment-node';

const ROOT = join(import.meta.dirname, '../..');

const newestIn = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((newest, { parentPath, name }) => Math.max(newest, statSync(join(parentPath, name)).mtimeMs), 0);

const isBuilt = () => {
  const built = statSync(join(ROOT, 'dist/main.js'), { throwIfNoEntry: false });
  return built !== undefined && newestIn(join(ROOT, 'src')) <= built.mtimeMs;
};

const builtModule = (path) => import(join(ROOT, 'dist', path));

const loadService = async () => {
  const [{ createService }, { readConfig }, { Clients }, { HARMONIA }] = await Promise.all(
    ['main.js', 'config/index.js', 'api/streams/clients.js', 'nest/index.js'].map(builtModule),
  );
  return { createService, readConfig, Clients, HARMONIA };
};

let built;
let service;

/**
 * A suite has modules of its own, and those of the whole service take two seconds to load. Here they are loaded once for
 * all suites that a worker runs, as users have them: out of `dist`, by Node itself. Where that is missing or older than the
 * source, suites load the source. Either has the environment of the suite, which the suite may change.
 */
export default class ServiceEnvironment extends NodeEnvironment {
  async setup() {
    await super.setup();
    built ??= isBuilt();
    if (!built) return;
    this.outside = process.env;
    process.env = this.global.process.env;
    this.global.builtService = () => (service ??= loadService());
    this.global.builtCommandLine = () => builtModule('cli/main.js');
  }

  async teardown() {
    process.env = this.outside ?? process.env;
    await super.teardown();
  }
}
