import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

interface Ran {
  readonly code: number;
  readonly said: string;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A terminal in which somebody follows the guide. */
class Reader {
  private service: ChildProcess | undefined;
  private place: string;

  private constructor(
    readonly home: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.place = home;
  }

  static async start(): Promise<Reader> {
    const home = await mkdtemp(join(tmpdir(), 'harmonia-reader-'));
    const program = join(home, 'bin/harmonia');
    await mkdir(dirname(program));
    await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/harmonia.js" "$@"\n`);
    await chmod(program, 0o755);
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      PATH: `${dirname(program)}:${process.env.PATH}`,
      HARMONIA_DATA_DIR: join(home, 'data'),
      HARMONIA_PORT: String(await freePort()),
      HARMONIA_SHUTDOWN_SECONDS: '0',
      // Nothing may be fetched.
      HARMONIA_NPM_REGISTRY: 'http://127.0.0.1:9/',
    };
    delete environment.NODE_OPTIONS;
    return new Reader(home, environment);
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.home, name), text);
  }

  async type(line: string): Promise<Ran> {
    const [, folder] = /^cd (\S+)$/.exec(line) ?? [];
    if (folder !== undefined) {
      this.place = join(this.place, folder);
      return { code: 0, said: '' };
    }
    if (line.endsWith(' &')) return this.begin(line.slice(0, -2));
    return new Promise((resolve) => {
      execFile('/bin/sh', ['-c', line], { cwd: this.place, env: this.environment }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, said: out + err }),
      );
    });
  }

  async stop(): Promise<void> {
    if (this.service) {
      this.service.kill('SIGKILL');
      await new Promise((resolve) => this.service?.once('close', resolve));
    }
    await rm(this.home, { recursive: true, force: true });
  }

  private begin(line: string): Promise<Ran> {
    const service = spawn('/bin/sh', ['-c', `exec ${line}`], { cwd: this.place, env: this.environment });
    this.service = service;
    return new Promise((resolve) => {
      let said = '';
      const hear = (chunk: Buffer): void => {
        said += chunk.toString('utf8');
        if (said.includes('listening') || said.includes('http://')) resolve({ code: 0, said });
      };
      service.stdout.on('data', hear);
      service.stderr.on('data', hear);
      service.once('close', (code) => resolve({ code: code ?? 1, said }));
    });
  }
}

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(() => reader.stop());

describe('docs/guides/write-a-plugin.md, from an empty folder and without a network', () => {
  test('every file and every command of it does what it says', async () => {
    const guide = await readFile(join(ROOT, 'docs/guides/write-a-plugin.md'), 'utf8');
    const said: Record<string, Ran> = {};
    let last: Ran = { code: 0, said: '' };
    // A block is a file that is named right before it, commands, or what the commands before it say.
    for (const [, name, kind, text = ''] of guide.matchAll(/(?:`(parcel\/[\w.]+)`:\s+)?```(\w+)\n([^]*?)```/g)) {
      if (name !== undefined) await reader.write(name, text);
      else if (kind === 'text') expect(last.said).toContain(text.trim());
      else {
        for (const line of text.trim().split('\n')) {
          const [, command = '', expected = '0'] = /^(.*?)(?: # exit (\d+))?$/.exec(line) ?? [];
          last = await reader.type(command);
          said[command] = last;
          expect([command, last.code, last.said]).toEqual([command, Number(expected), last.said]);
        }
      }
    }
    expect(said['harmonia plugin list']?.said).toMatch(/^parcel +0\.1\.0 +installed +true +certified/m);
    expect(JSON.parse(said['harmonia plugin info parcel']?.said ?? '')).toMatchObject({
      installation: { trusted: false },
      certificate: {
        state: 'certified',
        tasks: [
          { task: 'greeting', seen: 'none' },
          { task: 'send', seen: 'exactly-once' },
        ],
      },
    });
    const after = await reader.type('harmonia plugin info parcel');
    expect(JSON.parse(after.said)).toMatchObject({
      version: '0.2.0',
      certificate: { state: 'certified', tasks: [{ task: 'label', declared: 'write', seen: 'at-least-once' }] },
    });
  }, 180_000);

  test('what is installed runs, isolated and trusted, and `harmonia run` changes nothing of the installation', async () => {
    const printed: string[] = [];
    const printer = createHttpServer((request, response) => {
      request.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => printer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(printer.address() as AddressInfo).port}/`;
    const workflow = {
      name: 'labels',
      tasks: { one: { type: 'parcel/label', input: { printer: url, address: '${input.to}' } } },
    };
    await reader.write('labels.json', JSON.stringify(workflow));
    // Of an installation by the service, under way just now.
    await mkdir(join(reader.home, 'data/plugins/.staging/other'), { recursive: true });
    const lock = await readFile(join(reader.home, 'data/plugins/plugins-lock.json'), 'utf8');
    const run = (to: string) =>
      reader.type(`HARMONIA_HTTP_ALLOW=127.0.0.1 harmonia run ../labels.json --json --input '{"to":"${to}"}'`);
    expect((await run('isolated')).said).toContain('"status":"completed"');
    expect(await readdir(join(reader.home, 'data/plugins/.staging'))).toEqual(['other']);
    expect(await readFile(join(reader.home, 'data/plugins/plugins-lock.json'), 'utf8')).toBe(lock);
    expect((await reader.type('harmonia plugin upgrade parcel --trust')).code).toBe(0);
    expect((await run('trusted')).said).toContain('"status":"completed"');
    expect(printed).toEqual(['isolated', 'trusted']);
    printer.closeAllConnections();
    printer.close();
  }, 60_000);

  test('a file that was changed makes the certificate stale; npm pack does not', async () => {
    await reader.type('npm pack --offline');
    const packed = await reader.type('harmonia plugin upgrade parcel --source ./parcel-0.2.0.tgz --trust --json');
    expect(JSON.parse(packed.said)).toMatchObject({
      installation: { trusted: true },
      certificate: { state: 'certified' },
    });
    await reader.type('rm *.tgz && echo "// changed" >> label.js');
    const { code } = await reader.type('harmonia plugin upgrade parcel --source .');
    expect(code).toBe(0);
    const { certificate } = JSON.parse((await reader.type('harmonia plugin info parcel')).said) as {
      certificate: object;
    };
    expect(certificate).toEqual({ state: 'stale', reason: 'the files are not those that were certified' });
    expect((await reader.type('harmonia plugin list')).said).toMatch(/^parcel .* stale /m);
  }, 60_000);
});
