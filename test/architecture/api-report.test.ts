import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

test('docs/api says what the package promises (npm run build, then npm run api)', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/api-report.mjs', '--check'], { cwd: ROOT });
  expect(stdout).toBe(
    'docs/api/plugin.api.md: same\ndocs/api/testing.api.md: same\ndocs/api/tekton.api.md: same\ndocs/api/client.api.md: same\n',
  );
}, 120_000);

test('everything that a plugin may use is documented, down to the last member', () => {
  const report = readFileSync(join(ROOT, 'docs/api/plugin.api.md'), 'utf8');
  const bare = [...report.matchAll(/\/\/ \(undocumented\)\n *(.*)/g)].map(([, line]) => line);
  expect(bare).toEqual([]);
});
