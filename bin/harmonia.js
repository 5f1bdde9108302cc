#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/program/main.js', import.meta.url);
if (!existsSync(program)) {
  process.stderr.write('Harmonia is not built yet. Run: npm ci && npm run build\n');
  process.exit(70);
}
const { runCli } = await import(program.href);
process.exitCode = await runCli(process.argv);
