#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(program)) {
  process.stderr.write('Harmonia is not built yet. Run: npm ci && npm run build\n');
  process.exit(70);
}
const { runCli } = await import(program.href);
process.exitCode = await runCli(process.argv);
// What a plugin has left open must not keep a command from ending: a service that could not start is to be seen to have ended.
const written = (stream) => new Promise((resolve) => stream.write('', resolve));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit();
