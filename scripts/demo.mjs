// npm run demo: one workflow from the command line to the disk and back, and where to look next.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = spawnSync(process.execPath, ['bin/harmonia.js', 'run', 'examples/nightly-report.yaml'], {
  cwd: root,
  stdio: 'inherit',
});
if (run.status === 0) {
  process.stderr.write(
    `
That was examples/nightly-report.yaml. What next:
  node bin/harmonia.js run examples/first.yaml --input '{"name":"Ada"}'   the smallest one
  node bin/harmonia.js --help                                             every command
  npm start                                                               the service; its API is described at http://127.0.0.1:8007/api/v1/docs
  docs/semantics.md                                                       what a workflow can say
`,
  );
}
process.exit(run.status ?? 1);
