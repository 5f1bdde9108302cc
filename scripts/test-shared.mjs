// The suite that needs ../shared: real inputs that are not ours to copy. A fresh clone alone does not have them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(new URL('../../shared/data', import.meta.url))) {
  console.log('shared data is missing: suite left out');
  process.exit(0);
}
const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '--selectProjects',
  'shared',
];
const run = spawnSync(process.execPath, [...jest, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, HARMONIA_TEST_SHARED: '1' },
});
process.exit(run.status ?? 1);
