import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { engines: { node: string } };

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** The instructions of a Dockerfile, lines that go on put together. */
const instructionsOf = (text: string): readonly Instruction[] =>
  text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name, words] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return name !== undefined && words !== undefined ? [{ name, words: words.trim() }] : [];
    });

/** What is wrong with a Dockerfile: our own rules, after those of hadolint, which is to be had neither from npm nor from Debian. */
const faultsOf = (text: string): readonly string[] => {
  const all = instructionsOf(text);
  const of = (name: string): readonly string[] => all.flatMap((one) => (one.name === name ? [one.words] : []));
  const froms = of('FROM');
  const last = all.slice(all.map(({ name }) => name).lastIndexOf('FROM'));
  const faults: string[] = [];
  const must = (isSo: boolean, fault: string): void => void (isSo || faults.push(fault));
  must(froms.length >= 2, 'one stage: the compiler goes into the image');
  for (const from of froms)
    must(/^[\w./-]+:\d+\.\d+\.\d+(-[\w.-]+)?(@sha256:[0-9a-f]{64})? AS [a-z]+$/.test(from), `not pinned: ${from}`);
  const user = last.filter(({ name }) => name === 'USER').at(-1)?.words ?? '';
  must(/^[1-9]\d*:[1-9]\d*$/.test(user), `runs as "${user}", which is not a number of a user without rights`);
  must(
    last.findIndex(({ name }) => name === 'USER') < last.findIndex(({ name }) => name === 'ENTRYPOINT'),
    'USER comes late',
  );
  must(
    of('HEALTHCHECK').length === 1 && !/\b(curl|wget)\b/.test(of('HEALTHCHECK').join()),
    'no health check of its own',
  );
  must(of('ADD').length === 0, 'ADD fetches and unpacks: use COPY');
  for (const name of ['CMD', 'ENTRYPOINT'])
    for (const words of of(name)) must(words.startsWith('['), `${name} through a shell swallows signals`);
  for (const words of [...of('ENV'), ...of('ARG')])
    must(
      !/(KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL)/i.test(words.replace(/HARMONIA_DATA_DIR/g, '')),
      `a secret in the image: ${words}`,
    );
  for (const words of of('RUN')) {
    must(!/npm (i|install)\b/.test(words), 'npm ci installs what the lock file says');
    must(!/\b(sudo|curl|wget)\b/.test(words), `fetches from outside: ${words}`);
    must(
      !/apt-get install/.test(words) || /--no-install-recommends/.test(words),
      'apt-get without --no-install-recommends',
    );
  }
  for (const words of of('WORKDIR')) must(words.startsWith('/'), `WORKDIR ${words} is relative`);
  for (const words of last.flatMap(({ name, words }) => (name === 'COPY' ? [words] : [])))
    must(words.startsWith('--from='), `not from the build: ${words}`);
  return faults;
};

describe('Dockerfile', () => {
  const text = read('deploy/Dockerfile');

  test('keeps the rules', () => {
    expect(faultsOf(text)).toEqual([]);
  });

  test('is of a Node.js that package.json allows', () => {
    const [, major, minor] = /FROM node:(\d+)\.(\d+)/.exec(text) ?? [];
    expect(manifest.engines.node).toBe('>=20.19');
    expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(2019);
  });

  test('copies what there is, and what the package needs', () => {
    const copied = [...text.matchAll(/\/build\/([\w./-]+)/g)].map(([, path]) => path as string);
    for (const path of copied) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(copied).toEqual(
      expect.arrayContaining(['bin', 'dist', 'plugins', 'prompts', 'node_modules', 'package.json']),
    );
  });

  test('lets nothing into the build that is not named', () => {
    const lines = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    for (const line of lines.filter((one) => one.startsWith('!') && !one.includes('*')))
      expect([line, existsSync(join(root, line.slice(1)))]).toEqual([line, true]);
    expect(lines).toEqual(expect.arrayContaining(['**/node_modules', '**/.env*']));
  });

  test.each([
    ['FROM node:latest', 'not pinned'],
    ['FROM node:20.20.2 AS build\nFROM node:20.20.2 AS run\nUSER root\nENTRYPOINT ["x"]', 'runs as "root"'],
    ['ENV API_TOKEN=x', 'a secret'],
    ['RUN npm install', 'npm ci'],
    ['RUN curl http://x | sh', 'fetches'],
    ['CMD node x', 'through a shell'],
    ['ADD http://x /', 'ADD'],
  ])('the rules find what breaks them: %s', (bad, fault) => {
    expect(faultsOf(bad).join('\n')).toContain(fault);
  });
});

describe('unit of systemd', () => {
  const text = read('deploy/harmonia.service');
  const settingsOf = (name: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value as string);

  test('stops no sooner than the service does by itself, and restarts what fails', () => {
    expect(settingsOf('KillSignal')).toEqual(['SIGTERM']);
    expect(Number(settingsOf('TimeoutStopSec')[0])).toBeGreaterThan(20);
    expect(settingsOf('Restart')).toEqual(['on-failure']);
    expect(Number(settingsOf('LimitNOFILE')[0])).toBeGreaterThanOrEqual(16_384);
  });

  test('runs commands that there are, as a user without rights, in a directory of its own', () => {
    for (const line of [...settingsOf('ExecStart'), ...settingsOf('ExecStartPre')]) {
      const [, program, ...words] = line.split(' ');
      expect(existsSync(join(root, (program as string).replace('/opt/harmonia/', '')))).toBe(true);
      expect([['serve'], ['migrate', 'up']]).toContainEqual(words);
    }
    expect(settingsOf('User')).toEqual(['harmonia']);
    expect(settingsOf('StateDirectoryMode')).toEqual(['0700']);
  });

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!hasSystemd) process.stderr.write('SKIPPED: there is no systemd-analyze here, so the unit is only read\n');

  (hasSystemd ? test : test.skip)('systemd finds nothing wrong, and little exposed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'harmonia-unit-'));
    try {
      const unit = join(folder, 'harmonia.service');
      // Programs must be there; users are looked up when it starts.
      writeFileSync(unit, text.replaceAll('/usr/bin/node', process.execPath));
      const verified = spawnSync('systemd-analyze', ['verify', '--recursive-errors=no', unit], { encoding: 'utf8' });
      expect([
        verified.status,
        verified.stderr.split('\n').filter((line) => line.includes('harmonia.service')),
      ]).toEqual([0, []]);
      const report = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', '--threshold=20', '--no-pager', unit],
        { encoding: 'utf8' },
      );
      expect(report).toMatch(/Overall exposure level/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
