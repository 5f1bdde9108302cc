import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Licences that ask for a notice, and for nothing else. */
const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'Unlicense', 'Python-2.0'],
]);
/** Data, no code: lists of licences and of browsers. */
const DATA: Readonly<Record<string, string>> = {
  'node_modules/spdx-exceptions': 'CC-BY-3.0',
  'node_modules/caniuse-lite': 'CC-BY-4.0',
};

interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly integrity?: string;
}

const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as { packages: Record<string, Locked> };
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
);

/** Whether an SPDX expression of ANDs and ORs can be met with what is allowed. */
const isAllowed = (expression: string): boolean => {
  const flat = expression.replace(/^\((.*)\)$/, '$1');
  if (flat.includes('(') || / WITH /.test(flat)) return false;
  return flat.split(' OR ').some((all) => all.split(' AND ').every((one) => ALLOWED.has(one.trim())));
};

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['MIT AND GPL-3.0', false],
  ['GPL-3.0-only', false],
  ['Apache-2.0 AND MIT', true],
  ['SEE LICENSE IN LICENSE', false],
  ['(MIT AND (GPL-2.0 OR ISC))', false],
])('%s → %s', (expression, expected) => expect(isAllowed(expression)).toBe(expected));

test('every package that is installed has a licence that we may pass on', () => {
  expect(installed.length).toBeGreaterThan(500);
  const odd = installed.filter(([path, { license }]) => {
    if (license !== undefined && DATA[path] === license) return false;
    return license === undefined || !isAllowed(license);
  });
  expect(odd.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

describe('npm run sbom', () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly object[];
    readonly hashes?: readonly { readonly alg: string }[];
  }
  let text: string;
  let bill: { bomFormat: string; metadata: { component: Component }; components: readonly Component[] };
  beforeAll(() => {
    const code = `import { bill } from '${ROOT}scripts/sbom.mjs'; process.stdout.write(JSON.stringify(bill()));`;
    text = execFileSync(process.execPath, ['--input-type=module', '-e', code]).toString('utf8');
    bill = JSON.parse(text) as typeof bill;
  });

  test('names exactly what a user installs, with licences and hashes', () => {
    const needed = installed.filter(([, { dev }]) => dev !== true);
    const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const expected = new Set(needed.map(([path, { version }]) => `${nameOf(path)}@${version}`));
    const foreign = bill.components.filter(({ name }) => !name.startsWith('@tekton-plugins/'));
    expect([...new Set(foreign.map(({ name, version }) => `${name}@${version}`))].sort()).toEqual([...expected].sort());
    for (const { name, licenses, hashes } of foreign)
      expect([name, licenses?.length, hashes?.[0]?.alg]).toEqual([name, 1, 'SHA-512']);
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: '@tekton/harmonia' } } });
  });

  test('says nothing of the time and the machine on which it was made', () => {
    expect(text).not.toMatch(/serialNumber|timestamp|node_modules/);
    expect(text).not.toContain(ROOT);
  });
});
