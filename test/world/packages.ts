import { createServer, type Server } from 'node:http';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ssri from 'ssri';
import { create, Header, type HeaderData } from 'tar';
import type { JsonObject } from '../../src/kernel/index.js';

export interface PackageParts {
  readonly id: string;
  readonly version?: string;
  /** What its one task answers. Default: its version. */
  readonly says?: string;
  /** Of the task, beside id and run. */
  readonly task?: string;
  /** Of the plugin, beside id and tasks: `start: …`. */
  readonly more?: string;
  readonly manifest?: JsonObject;
  readonly packageJson?: JsonObject;
  readonly files?: Readonly<Record<string, string>>;
}

/** A plugin with one task `say`. Answers its folder. */
export const writePackage = async (root: string, parts: PackageParts): Promise<string> => {
  const { id, version = '1.0.0', says = version, task = '', more = '', manifest, packageJson, files } = parts;
  const directory = join(root, `${id}-${version}`);
  const harmonia = { apiVersion: '^1.0', id, tasks: ['say'], ...manifest };
  const written: Record<string, string> = {
    'package.json': JSON.stringify({
      name: id,
      version,
      type: 'module',
      exports: './index.js',
      harmonia,
      ...packageJson,
    }),
    'index.js': `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
      const say = defineTask({ id: 'say', description: 'Says.', effects: 'pure', run: () => ${JSON.stringify(says)}, ${task} });
      export default definePlugin({ id: '${id}', tasks: [say], ${more} });`,
    ...files,
  };
  for (const [name, text] of Object.entries(written)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
};

/** The tarball of a folder, as `npm pack` makes it. Answers its path. */
export const pack = async (directory: string): Promise<string> => {
  const file = `${directory}.tgz`;
  await create({ gzip: true, cwd: directory, prefix: 'package', file }, ['.']);
  return file;
};

export type Entry = Partial<HeaderData> & { readonly path: string; readonly body?: Buffer | string };

/** A tarball with whatever entries, honest or not. */
export const rawTarball = (entries: readonly Entry[]): Buffer => {
  const blocks = entries.flatMap(({ body = '', ...data }) => {
    const content = Buffer.from(body);
    const block = Buffer.alloc(512);
    new Header({ mode: 0o644, type: 'File', mtime: new Date(0), size: content.length, ...data }).encode(block);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
};

interface Published {
  readonly tarball: Buffer;
  readonly manifest: JsonObject;
}

/** A registry of npm packages, as npm's own answers. */
export class PackageRegistry {
  private readonly packages = new Map<string, Map<string, Published>>();
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      this.asked.push(path);
      const [, name = '', version] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? [];
      const found = this.packages.get(name);
      if (!found) return void response.writeHead(404).end('{}');
      const tarball = version === undefined ? undefined : found.get(version)?.tarball;
      if (version !== undefined) return void (tarball ? response.end(tarball) : response.writeHead(404).end());
      const versions = Object.fromEntries([...found].map(([one, { manifest }]) => [one, manifest]));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: [...found.keys()].at(-1) }, versions }));
    });
  }

  static async start(): Promise<PackageRegistry> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PackageRegistry(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async publish(directory: string): Promise<void> {
    const tarball = await readFile(await pack(directory));
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as JsonObject;
    const { name, version } = manifest as { name: string; version: string };
    const integrity = ssri.fromData(tarball, { algorithms: ['sha512'] }).toString();
    const dist = { tarball: `${this.url}${name}/-/${version}.tgz`, integrity };
    const versions = this.packages.get(name) ?? new Map<string, Published>();
    this.packages.set(name, versions.set(version, { tarball, manifest: { ...manifest, dist } }));
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
